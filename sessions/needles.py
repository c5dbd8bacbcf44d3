"""How many needles are in, of sessions that are running: what the floor shows, what nobody leaves with."""

from dataclasses import dataclass
from datetime import datetime

from sessions import charting, counting, findings
from sessions.models import PlanStatus, SessionPlan


@dataclass(frozen=True)
class Needles:
    """`inside` are those not accounted for. `counted` says whether anybody counted how many went in, else it is the
    plan that says so. `taken_out` is when somebody took them out; what is inside then is still to be counted.
    """

    inside: int
    counted: bool
    taken_out: datetime | None = None


def running(visits):
    """The plans in progress of these visits with the rows that count needles: four queries, however many plans."""
    plans = SessionPlan.objects.filter(status=PlanStatus.IN_PROGRESS, appointment__in=visits)
    return plans.prefetch_related("needles", "targets", "events")


def of(plan):
    """The Needles of a plan out of `running`."""
    rows, tallies = findings.kept(findings.counted(plan)), charting.tallies_of(plan)
    pairs = zip(rows, tallies, strict=True)
    inside = sum(planned(row) if tally.put_in is None else tally.short for row, tally in pairs)
    return Needles(max(inside, 0), all(row.needles_in is not None for row in rows), plan.needles_out_at)


def planned(row):
    """Needles that a row asks for; a muscle is needled with one."""
    return getattr(row, "sites", 1)


def uncounted(plan, table):
    """Why nobody may leave this table yet, as a sentence, or None."""
    tallies = charting.tallies_of(plan)
    if not any(tally.is_open for tally in tallies):
        return None
    if inside := of(plan).inside:
        return f"{table}: {inside} {'needle' if inside == 1 else 'needles'} uncounted. Count first."
    return f"{table}: {counting.shortfall(tallies)}"
