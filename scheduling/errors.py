"""What scheduling says no to. Every sentence is fit for the person at the front desk: nothing clinical is in it."""

from clinic.errors import ClinicError


class Overridable(ClinicError):
    """Whoever has the permission may pass it with a written reason: see `override` in `booking`."""

    overridable = True


class SlotTaken(ClinicError):
    """Somebody or something is busy then. `alternatives` are the nearest free times (`finding.FreeTime`).

    It is `overridable` if nothing but time that is kept free between visits stands in the way.
    """

    def __init__(self, sentence, *, alternatives=(), overridable=False):
        super().__init__(sentence)
        self.sentence = sentence
        self.alternatives = list(alternatives)
        self.overridable = overridable

    def __str__(self):
        """With the free times, for whoever can show a sentence only."""
        times = ", ".join(str(free) for free in self.alternatives)
        return f"{self.sentence} Free: {times}." if times else self.sentence


class OutOfHours(Overridable):
    """Closed, away, or outside working hours."""


class BadTime(ClinicError):
    """No visit can start or end then, whoever is free: it has passed, or a stage would be too short or too long."""


class NotLicensed(ClinicError):
    """Not offered by this practitioner, or not within what the credentials allow on that day."""


class Barred(ClinicError):
    """This patient may not have this service. The sentence hides a clinical reason: "Ask a practitioner." """


class Moved(ClinicError):
    """Somebody was faster: the visit is no longer as the person saw it."""


class WentOn(Moved):
    """Somebody ended the stage that the person still saw: `who` by first name, `when` as `wording.at` says it."""

    def __init__(self, sentence, *, who, when):
        super().__init__(sentence)
        self.who, self.when = who, when


class SeriesTaken(ClinicError):
    """Some dates of a repetition can't be had, and nothing is booked. `clashes` is a `repeating.Proposal` for each."""

    def __init__(self, sentence, clashes):
        super().__init__(sentence)
        self.clashes = clashes


class SentTwice(ClinicError):
    """A form whose visit exists was sent again with something else in it."""
