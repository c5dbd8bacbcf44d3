"""When a service can be had: the best times, the nearest to a wanted one, and why a time is not possible.

Each question costs three queries, whatever the clinic's size (see `sheets`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinic.models import Location, Practitioner
from scheduling import availability, explaining, ranking, sheets, staging, wording
from scheduling.hours import midnight
from scheduling.sheets import Wish

NEAR = timedelta(days=14)  # how far ahead the nearest are looked for; half of it back


@dataclass(frozen=True)
class FreeTime:
    """A time at which the service can be had, told in the location's wall-clock time."""

    starts_at: datetime
    ends_at: datetime
    practitioner: Practitioner
    location: Location

    def __str__(self):
        zone = self.location.zone
        return f"{wording.day(self.starts_at, zone)} {wording.clock(self.starts_at, zone)} with {self.practitioner}"

    @property
    def key(self):
        """As a form sends it."""
        return f"{self.practitioner.pk}@{int(self.starts_at.timestamp())}"


def free_times(*, start, days, now, limit=9, a_day=3, **wish):
    """The best times in `days` calendar days from the date `start`, best first; `wish` says for what: see `Wish`.

    What the patient is used to, then early and tight; at most `a_day` of one day unless there are too few others.
    """
    wish = Wish(**wish)
    sheet = sheets.load(wish, now, lambda zone: (midnight(start, zone), midnight(start + timedelta(days=days), zone)))
    total = wish.shape.total
    return times(sheet, ranking.best(sheet.rows, sheet.grid, total, sheet.past, limit=limit, a_day=a_day))


def nearest(*, wanted, now, count=3, **wish):
    """The free times nearest to a wanted moment, in their order; the practitioner's own, else anybody's."""
    wish = Wish(**wish)
    own = around(wish, wanted, now, count)
    return own if own or not wish.practitioner else around(replace(wish, practitioner=None), wanted, now, count)


def around(wish, wanted, now, count):
    sheet = sheets.load(wish, now, lambda zone: (max(wanted - NEAR / 2, now), max(wanted, now) + NEAR))
    return times(sheet, ranking.nearest(sheet.rows, sheet.grid, sheet.grid.cell(wanted.timestamp()), count))


def times(sheet, cells):
    length = staging.length(sheet.wish.stages)
    return [
        FreeTime(start, start + length, row.practitioner, row.location)
        for row, cell in cells
        for start in [sheet.grid.moment(cell)]
    ]


def why_not(*, wanted, now, **wish):
    """Why the service can't be had at that time, in a sentence; empty if it can."""
    wish = Wish(**wish)
    sheet = sheets.load(wish, now, lambda zone: (wanted, wanted + timedelta(days=1)), asked=(wanted,))
    cell = sheet.grid.cell(wanted.timestamp())
    found = [(row, availability.obstacle(sheet.grid, row.layers, cell)) for row in sheet.rows]
    if any(obstacle is None for _, obstacle in found):
        return ""
    return explaining.explain(sheet, found, wanted)
