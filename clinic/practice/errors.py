"""What Settings says no to. The sentences are for a manager."""

from clinic.errors import ClinicError


class NameTaken(ClinicError):
    """Two of a kind would bear one name."""


class CannotBeGiven(ClinicError):
    """A service that is offered although nobody, or nothing, could serve it."""


class HoursOverlap(ClinicError):
    """The same practitioner twice at once. `row` is the number of one of the two among the rows that were sent."""

    def __init__(self, sentence, *, row):
        super().__init__(sentence)
        self.row = row


class SavedMeanwhile(ClinicError):
    """Somebody else saved since the page was made. `theirs` is what stands now, as {label: words}."""

    def __init__(self, sentence, *, theirs):
        super().__init__(sentence)
        self.theirs = theirs


class OutAlready(ClinicError):
    """An e-stim unit that somebody else has taken out of service."""


class LastManager(ClinicError):
    """Nobody would be left who may change the settings."""


class NotSent(ClinicError):
    """The mail server did not take the message."""

    status = 503
