"""What the floor's buttons do where the visit, its sitting and its session move together. Each is one transaction.

Locks: the plan before the visit, as in the treatment room's own verbs.
"""

from django.db import transaction

from scheduling import attending, sitting
from scheduling.errors import Moved, WentOn
from sessions import charting, handing_over, needles, timing
from sessions.models import PlanStatus, SessionPlan

MORE = 5  # minutes


def start(*, visit, by):
    """The session starts. A plan that is ready is begun with it and the needles are stamped; a draft stays a draft."""
    plan = SessionPlan.objects.filter(appointment=visit, status=PlanStatus.READY).first()
    if plan:
        charting.start(plan=plan, version=None, by=by)
    else:
        attending.start(visit=visit, by=by)


@transaction.atomic
def go_on(*, visit, stage, by):
    """From `stage` to the next. Where a patient rested with needles in, they come out now; they are counted later. Who
    takes them out answers for the session from then on. Returns the Sitting, and the Handover if there was one.

    Raises Moved with the name of whoever was faster, and Shortfall if the table is left with needles uncounted.
    """
    needled = rested_with_needles(visit, stage)
    handover = None
    for plan in needled:
        handover = handing_over.take_charge(plan=plan, by=by)
        timing.take_out(plan=plan, by=by)
    try:
        return sitting.advance(visit=visit, stage=stage, by=by), handover
    except WentOn as late:
        raise Moved(f"{late.who} took these out {late.when}.") if needled else late from None


def rested_with_needles(visit, stage):
    """The plan, in a list, if that stage is one of rest and the plan has needles."""
    if stage >= len(visit.stages) or visit.stages[stage]["practitioner"]:
        return []
    found = [(plan, needles.of(plan)) for plan in needles.running([visit.pk])]
    return [plan for plan, now in found if now.inside or now.taken_out]


@transaction.atomic
def current_off(*, visit, by):
    """The current on this table goes off now, by whoever stands there: it is theirs from then on. Returns the Handover
    if there was one."""
    handover = None
    for plan in timing.with_current().filter(appointment=visit):
        handover = handing_over.take_charge(plan=plan, by=by)
        timing.stop_current(plan=plan, by=by)
    return handover


def current_back(*, visit, by):
    for plan in SessionPlan.objects.filter(appointment=visit):
        timing.current_back(plan=plan, by=by)


def more_time(*, visit, until, by):
    return sitting.more_time(visit=visit, minutes=MORE, until=until, by=by)


@transaction.atomic
def undo(*, visit, press, by):
    """Takes the last press on a table back; with it needles that came out, unless all of them were counted since."""
    was = sitting.before(visit, press)
    for plan in rested_with_needles(visit, was.stage):
        timing.put_back(plan=plan, by=by)
    return sitting.undo(visit=visit, press=press, by=by)
