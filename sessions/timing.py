"""The verbs of the clock: when needles went in and came out, when current went on and off.

A stamp is one tap: the first press counts. It changes nothing that a chart shows to be typed over, so that whoever is
writing in it is not stopped: no version.
"""

import pghistory
from django.db.models import Case, F, Value, When
from django.utils import timezone

from clinic.errors import ClinicError
from sessions import findings
from sessions.charge import refuse_others
from sessions.charting import tallies_of
from sessions.editing import charting, lock, refuse_overwriting
from sessions.models import PlanStatus, SessionPlan
from sessions.refusals import in_words

# In the order of a session, with what is said of one that comes before the one it follows.
TIMES = {
    "needles_in_at": "",
    "current_on_at": "The current goes on after the needles went in.",
    "current_off_at": "The current goes off after it went on.",
    "needles_out_at": "Needles come out after they went in.",
}
FOLLOWS = {"current_on_at": "needles_in_at", "current_off_at": "current_on_at", "needles_out_at": "needles_in_at"}


def set_times(*, plan, fields, by, version=None, seen=None):
    """Put stamped times right, when a button was pressed late: those of `TIMES` that are given, None to empty one.

    With `seen`, {time: what the person saw there, to the minute}, times are compared one by one instead of the plan's
    version. Raises FieldChanged.
    """
    if unknown := set(fields) - set(TIMES):
        raise ValueError(f"no such times: {sorted(unknown)}")
    with charting(plan, version=version if seen is None else None, by=by) as locked:
        if seen is not None:
            refuse_overwriting(locked, fields, seen | stamped_in(locked, fields, seen), by=by)
        for name, moment in fields.items():
            setattr(locked, name, moment)
        settle(locked, fields)
        check_times(locked)
        if "needles_out_at" in fields:
            locked.needles_out_by = by if locked.needles_out_at else None
    return locked


def stamped_in(plan, fields, seen):
    """The stamps in the minute that the person saw, or now writes: a stamp has seconds, and what is typed has none."""
    stamps = {name: getattr(plan, name) for name in fields}
    return {name: at for name, at in stamps.items() if at and minute(at) in (seen[name], fields[name])}


def settle(plan, fields):
    """What is typed in the minute of a time that it follows is that moment."""
    latest = None
    for name in TIMES:
        moment = getattr(plan, name)
        if moment and latest and name in fields and minute(moment) == minute(latest):
            setattr(plan, name, max(moment, latest))
        latest = getattr(plan, name) or latest


def minute(moment):
    return moment.replace(second=0, microsecond=0)


def check_times(plan):
    now = timezone.now()
    for name, sentence in TIMES.items():
        moment, before = getattr(plan, name), getattr(plan, FOLLOWS.get(name, name))
        if moment and moment > now:
            raise ClinicError("That time is still to come. Check the hour.", field=name)
        if moment and (not before or moment < before):
            raise ClinicError(sentence, field=name)
    if plan.current_off_at and plan.needles_out_at and plan.needles_out_at < plan.current_off_at:
        raise ClinicError("The current goes off before the needles come out.", field="current_off_at")


def current_on(*, plan, by):
    """The current is raised now, dials at zero before the clips went on."""
    with in_words(), pghistory.context(user=by.pk):
        locked = lock(plan)
        refuse_others(locked, by)
        if not findings.kept(locked.circuits.all()):
            raise ClinicError("No circuit is in this plan. Add it first.")
        found = SessionPlan.objects.filter(current_on_at=None, needles_out_at=None, status=PlanStatus.IN_PROGRESS)
        found.filter(pk=locked.pk, needles_in_at__isnull=False).update(current_on_at=timezone.now())


def current_off(*, plan, by):
    """Dials at zero, written in the chart of whoever answers for the session. Raises NotInCharge."""
    with in_words(), pghistory.context(user=by.pk):
        refuse_others(lock(plan), by)
        stop_current(plan=plan, by=by)


def stop_current(*, plan, by):
    """Dials at zero, by whoever stands at the table: a patient does not wait for the paper."""
    with in_words(), pghistory.context(user=by.pk):
        with_current().filter(pk=plan.pk).update(current_off_at=timezone.now())


def with_current():
    """Sessions whose current is on."""
    return SessionPlan.objects.filter(
        status=PlanStatus.IN_PROGRESS, current_on_at__isnull=False, current_off_at=None, needles_out_at=None
    )


def current_back(*, plan, by):
    """The current did not go off after all."""
    with in_words(), pghistory.context(user=by.pk):
        stamped = SessionPlan.objects.filter(status=PlanStatus.IN_PROGRESS, needles_out_at=None)
        stamped.filter(pk=plan.pk).update(current_off_at=None)


def take_out(*, plan, by):
    """Somebody takes the needles out now; they are counted afterwards. No clip is left on a needle that is out: a
    current that nobody stopped stops with it. Nobody is refused: a patient does not wait for the paper.
    """
    with in_words(), pghistory.context(user=by.pk):
        now = timezone.now()
        timed = SessionPlan.objects.filter(needles_in_at__isnull=False, needles_out_at=None)
        timed.filter(pk=plan.pk, status=PlanStatus.IN_PROGRESS).update(
            needles_out_at=now,
            needles_out_by=by,
            current_off_at=Case(
                When(current_on_at__isnull=False, current_off_at=None, then=Value(now)), default=F("current_off_at")
            ),
        )


def put_back(*, plan, by):
    """Nobody took the needles out after all. What was counted says more than that: then the time stays."""
    with in_words(), pghistory.context(user=by.pk):
        locked = lock(plan)
        if any(tally.is_open for tally in tallies_of(locked)):
            SessionPlan.objects.filter(pk=locked.pk, status=PlanStatus.IN_PROGRESS).update(
                needles_out_at=None,
                needles_out_by=None,
                current_off_at=Case(
                    When(current_off_at=F("needles_out_at"), then=Value(None)), default=F("current_off_at")
                ),
            )
