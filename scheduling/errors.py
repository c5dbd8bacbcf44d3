"""What scheduling says no to. Every sentence is fit for the person at the front desk: nothing clinical is in it."""

from clinic.errors import ClinicError


class SlotTaken(ClinicError):
    """Somebody or something is busy then. `alternatives` are the nearest free times (`finding.FreeTime`)."""

    def __init__(self, sentence, *, alternatives=()):
        super().__init__(sentence)
        self.sentence = sentence
        self.alternatives = list(alternatives)

    def __str__(self):
        """With the free times, for whoever can show a sentence only."""
        times = ", ".join(str(free) for free in self.alternatives)
        return f"{self.sentence} Free: {times}." if times else self.sentence


class OutOfHours(ClinicError):
    """Closed, away, or outside working hours."""


class NotLicensed(ClinicError):
    """Not offered by this practitioner, or not within what the credentials allow on that day."""


class Barred(ClinicError):
    """This patient may not have this service. The sentence hides a clinical reason: "Ask a practitioner." """


class Moved(ClinicError):
    """Somebody was faster: the visit is no longer as the person saw it."""


class SentTwice(ClinicError):
    """A form whose visit exists was sent again with something else in it."""
