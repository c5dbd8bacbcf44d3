"""A visit on its table: which stage is running, until when, and the table turned over for the next.

A sitting begins when the session starts and ends when the table is left. The visit itself stays in session until it is
signed or completed. Each verb locks the visit first; a press made twice by the same person changes nothing.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic.errors import ClinicError
from scheduling import claiming, staging, wording
from scheduling.errors import Moved, WentOn
from scheduling.models import Sitting, Status

LONGEST = timedelta(hours=4)  # of a stage, what was added included: as long as one can be planned
STATE = ("stage", "since", "until", "ended_at", "ready_at")


def begin(visit, by):
    """The first stage runs, from when the session was started. The visit is locked by who started it."""
    return Sitting.objects.get_or_create(visit=visit, defaults=first_stage(visit, by))[0]


def first_stage(visit, by):
    _, since, until = next(staging.timetable(visit.stages, visit.status_at))
    return {"stage": 0, "since": since, "until": until, "by": by}


def take_back(visit):
    """A start or a completion was undone, and `visit` is as it is now.

    Not in session any more: it never sat, and the room that START_UNDONE names takes back what it began. In session
    again: it is at its table, unless it had left it before.
    """
    sittings = Sitting.objects.filter(visit=visit)
    if visit.status == Status.IN_SESSION:
        sittings.filter(stage__lt=len(visit.stages)).update(ended_at=None, ready_at=None)
    else:
        import_string(settings.START_UNDONE)(visit=visit, by=visit.status_by)
        sittings.delete()


@transaction.atomic
def advance(*, visit, stage, by):
    """From `stage`, which the person saw running, to the next; from the last one off the table.

    Raises WentOn if somebody else was faster, and what LEAVING_CHECKS raise.
    """
    sitting = running(visit, by)
    if pressed_before(sitting, stage, by):
        return sitting
    if sitting.stage != stage or sitting.ended_at:
        raise went_on(sitting, stage)
    if stage + 1 == len(sitting.visit.stages):
        ask_checks(sitting.visit, by)
        return leave(sitting, by, stage=stage + 1)
    now = timezone.now()
    until = now + timedelta(minutes=sitting.visit.stages[stage + 1]["minutes"])
    return write(sitting, by, stage=stage + 1, since=now, until=until)


def running(visit, by):
    """The sitting of a visit in session, which is locked. One is made for a session from before sittings were kept."""
    locked = claiming.lock_visit(visit)
    if locked.status != Status.IN_SESSION:
        raise Moved(wording.not_on_table(locked))
    sitting = of(locked, timezone.now())
    if sitting._state.adding:
        sitting.save(force_insert=True)
    return sitting


def of(visit, now):
    """The sitting of a visit in session; where none is kept, the stage it would be in by the clock, not saved."""
    if sitting := getattr(visit, "sitting", None):
        return sitting
    laid_out = enumerate(staging.timetable(visit.stages, visit.status_at))
    last = len(visit.stages) - 1
    number, (_, since, until) = next(row for row in laid_out if now < row[1][2] or row[0] == last)
    return Sitting(visit=visit, stage=number, since=since, until=until, by=visit.status_by)


def pressed_before(sitting, stage, by):
    return sitting.stage == stage + 1 and sitting.by == by


def went_on(sitting, stage):
    """Who ended that stage and when, from the history: `by` is whoever pressed last."""
    visit = sitting.visit
    event = sitting.sitting_history.filter(stage__gt=stage).select_related("by").order_by("pgh_id").first()
    if event is None:
        return Moved(wording.CHANGED)
    moment = event.ended_at or event.since
    who, when = wording.who(event.by), wording.at(moment, timezone.now(), visit.zone)
    return WentOn(wording.stage_ended(who, visit.stages[stage], when), who=who, when=when)


@transaction.atomic
def more_time(*, visit, minutes, until, by):
    """The running stage takes longer: from `until`, its end as the person saw it, or from now if that has passed."""
    sitting = running(visit, by)
    if sitting.ended_at:
        raise Moved(wording.not_on_table(sitting.visit))
    if sitting.until != until:
        if sitting.by == by:
            return sitting
        raise Moved(wording.given_until(sitting))
    later = max(until, timezone.now()) + timedelta(minutes=minutes)
    if minutes < 1 or later - sitting.since > LONGEST:
        raise ClinicError("A stage takes four hours at most. Go on to the next one.")
    return write(sitting, by, until=later)


@transaction.atomic
def end(*, visit, by):
    """The visit is completed: its table is left in whichever stage it was. Raises what LEAVING_CHECKS raise."""
    sitting = Sitting.objects.select_for_update().filter(visit=visit).first()
    if sitting and sitting.ended_at:
        return
    ask_checks(visit, by)
    if sitting:
        leave(sitting, by, stage=sitting.stage)


def ask_checks(visit, by):
    """The rooms above may object: nobody leaves with needles in. Settings name whom to ask."""
    for name in settings.LEAVING_CHECKS:
        import_string(name)(visit=visit, by=by)


def leave(sitting, by, *, stage):
    """A `stage` beyond the last says that the table was left before the visit was completed."""
    now = timezone.now()
    rests = sitting.visit.turnover_minutes
    return write(sitting, by, stage=stage, ended_at=now, ready_at=None if rests else now)


def last_press(sitting):
    """What `undo` asks for: the key of the last row in the sitting's history."""
    return sitting.sitting_history.latest("pgh_id").pgh_id


def before(visit, press):
    """The sitting's event before `press`. Raises Moved if that is not the last one any more."""
    sitting = Sitting.objects.filter(visit=visit).first()
    events = sitting.sitting_history.order_by("-pgh_id")[:2] if sitting else []
    if len(events) < 2 or events[0].pgh_id != press:
        raise Moved("This table has changed since. Nothing is undone.")
    return events[1]


@transaction.atomic
def undo(*, visit, press, by):
    """Takes a press back, see `last_press`: the stage and its end are as they were before it.

    Raises Moved if anything was pressed since, the visit is over, or somebody else is on the table by now.
    """
    sitting = running(visit, by)
    was = before(visit, press)
    others = Sitting.objects.filter(visit__table=sitting.visit.table, visit__status=Status.IN_SESSION, ended_at=None)
    if sitting.ended_at and others.exists():
        raise Moved(f"Somebody else is on {sitting.visit.table} by now. Nothing is undone.")
    return write(sitting, by, **{name: getattr(was, name) for name in STATE})


@transaction.atomic
def ready(*, visit, by):
    """The table is turned over: the next patient can have it."""
    locked = claiming.lock_visit(visit)
    sitting = Sitting.objects.filter(visit=locked).first()
    if not sitting or not sitting.ended_at:
        raise Moved(wording.still_there(locked))
    return sitting if sitting.ready_at else write(sitting, by, ready_at=timezone.now())


def write(sitting, by, **changes):
    for name, value in {**changes, "by": by}.items():
        setattr(sitting, name, value)
    sitting.save(update_fields=[*changes, "by"])
    return sitting
