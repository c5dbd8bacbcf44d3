"""How many needles are in, of sessions that are running: what the floor shows, what nobody leaves with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions import charting, counting, findings
from sessions.models import PlanStatus, SessionPlan


@dataclass(frozen=True)
class Needles:
    """`inside` are those not accounted for. `counted` says whether anybody counted how many went in, else it is the
    plan that says so. `taken_out` is when somebody took them out; what is inside then is still to be counted.
    `current_until` is when the longest of the circuits that are on has had its minutes.
    """

    inside: int
    counted: bool
    taken_out: datetime | None = None
    current_until: datetime | None = None


def running(visits):
    """The plans in progress of these visits with the rows that count needles and the circuits: five queries, however
    many plans."""
    plans = SessionPlan.objects.filter(status=PlanStatus.IN_PROGRESS, appointment__in=visits)
    return plans.prefetch_related("needles", "targets", "circuits", "events")


def of(plan):
    """The Needles of a plan out of `running`."""
    pairs = list(pairs_of(plan))
    inside = sum(inside_of(row, tally) for row, tally in pairs)
    counted = all(row.needles_in is not None for row, _ in pairs)
    return Needles(max(inside, 0), counted, plan.needles_out_at, current_until(plan))


def pairs_of(plan):
    """(row, its tally) of every row that counts needles."""
    return zip(findings.kept(findings.counted(plan)), charting.tallies_of(plan), strict=True)


def inside_of(row, tally):
    return planned(row) if tally.put_in is None else tally.short


def planned(row):
    """Needles that a row asks for; a muscle is needled with one."""
    return getattr(row, "sites", 1)


def current_until(plan):
    """When the current is to go off, or None while none is on."""
    if plan.current_on_at is None or plan.current_off_at or plan.needles_out_at:
        return None
    minutes = [circuit.minutes for circuit in findings.kept(plan.circuits.all())]
    return plan.current_on_at + timedelta(minutes=max(minutes, default=0))


def in_words(plan):
    """What is said at a handover: "Hands 2, legs 3 in", or what was planned where nobody counted yet."""
    areas, counted = {}, True
    for row, tally in pairs_of(plan):
        areas[tally.area] = areas.get(tally.area, 0) + max(inside_of(row, tally), 0)
        counted = counted and tally.put_in is not None
    said = ", ".join(f"{area} {areas[area]}" for area in counting.AREAS if areas.get(area))
    said = said[:1] + said[1:].lower()
    return f"{said} {'in' if counted else 'planned, not counted'}" if said else "No needle in"


def uncounted(plan, table):
    """Why nobody may leave this table yet, as a sentence, or None."""
    tallies = charting.tallies_of(plan)
    if not any(tally.is_open for tally in tallies):
        return None
    if inside := of(plan).inside:
        return f"{table}: {inside} {'needle' if inside == 1 else 'needles'} uncounted. Count first."
    return f"{table}: {counting.shortfall(tallies)}"
