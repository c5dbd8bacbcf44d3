"""What the booking and the moving page show: the best times, what there is near a wanted one, and what by a reason."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from clinic.errors import ClinicError
from scheduling import claiming, finding, wording
from scheduling.hours import moment, skipped

AHEAD = 14  # days


@dataclass(frozen=True)
class Offer:
    """Times in the order in which they are shown. `why_not` says why the wanted time is not among them."""

    times: list = field(default_factory=list)
    why_not: str = ""
    wanted: datetime | None = None

    @property
    def many_places(self):
        """Do the times have to say where?"""
        return len({free.location for free in self.times}) > 1


def offer(*, day, at=None, location=None, zone, now, **wish):
    """`day` and `at` are a date and a wall-clock time in `zone`; without `at` any time in the days ahead will do.

    A time that happens twice because the clocks go back means the first of the two.
    """
    if at is None:
        return Offer(finding.free_times(start=day, days=AHEAD, now=now, location=location, **wish))
    wanted = moment(day, at, zone)
    near = finding.nearest(wanted=wanted, now=now, location=location, **wish)
    if jump := skipped(day, at, zone):
        return Offer(near, why_not=wording.skipped(day, at, jump, location or city(zone)))
    if any(free.starts_at == wanted for free in near):
        return Offer(sorted(near, key=lambda free: free.starts_at != wanted), wanted=wanted)
    why_not = finding.why_not(wanted=wanted, now=now, location=location, **wish)
    return Offer(near, why_not=why_not, wanted=wanted)


def would_pass(placing, by):
    """Would a written reason get a time that is not offered? It passes hours, time off, closures, rests; nothing else.

    Asks without a lock, for a page: the verb asks again. `placing` bears any reason as its `override`.
    """
    try:
        placing.refuse_nonsense(timezone.now())
        placing.ask_checks(by)
        claiming.choose(placing)
    except (ClinicError, claiming.Clash):
        return False
    return True


def city(zone):
    """What a zone is named for: "New York"."""
    return zone.key.rpartition("/")[2].replace("_", " ")
