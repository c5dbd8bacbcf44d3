"""Refusals: what the application says no to, in words for the person in front of the screen."""


class ClinicError(Exception):
    """A refusal. Its text is a sentence fit to show; `field` names the form field it belongs to, if any.

    Bugs are not refusals: they stay loud.
    """

    status = 409
    link = None  # (address, words) of where to go from here, if there is such a place

    def __init__(self, sentence, *, field=None):
        super().__init__(sentence)
        self.field = field


class NotAllowed(ClinicError):
    """The person may not do this here, whatever the data say."""

    status = 403
