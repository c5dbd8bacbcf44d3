"""Who may perform what on which day. Pure: no ORM, no clock."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Licence:
    """A credential with the techniques that its jurisdiction allows its holder; the last day is included."""

    jurisdiction: str
    issued: date
    expires: date | None
    techniques: frozenset[str]

    def on(self, day):
        return self.issued <= day <= (self.expires or date.max)


def missing(techniques, licences, jurisdiction, day):
    """The techniques, in their order, that no licence covers there on that day. Unknown means not covered."""
    valid = [licence for licence in licences if licence.jurisdiction == jurisdiction and licence.on(day)]
    covered = frozenset().union(*(licence.techniques for licence in valid))
    return [technique for technique in techniques if technique not in covered]


def last_day(technique, licences, jurisdiction, day):
    """The day on which the last licence for the technique ended before `day`, or None if there never was one."""
    ended = [
        licence.expires
        for licence in licences
        if licence.jurisdiction == jurisdiction
        and technique in licence.techniques
        and licence.expires
        and licence.expires < day
    ]
    return max(ended, default=None)
