"""Placing a visit anew: at another time, with somebody else, on another table; longer or shorter; and back again.

The visit is locked before anything is looked at, so that what was not asked for stays as it is by then.
"""

from datetime import timedelta

import pghistory
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from scheduling import claiming, loading, sitting, staging, wording
from scheduling.claiming import Clash, refusals
from scheduling.errors import BadTime, Moved, SlotTaken
from scheduling.models import COMING, Appointment, Status
from scheduling.placing import A_DAY, Placing, refuse_override, where

AT_THE_CLINIC = {Status.ARRIVED, Status.IN_SESSION}
SHORTEST, LONGEST = 5, 240  # minutes of a stage, as `stage_takes_5_to_240_minutes` of a service's
A_MINUTE = timedelta(minutes=1)


def move(*, visit, by, starts_at=None, practitioner=None, table=None, device=None, seen=None, override=""):
    """Places a visit anew, with the stages it was booked with; what is None stays as it is, table and unit if they can.

    Another time, practitioner or location is news: the visit is only booked then, and its revision rises, which tells
    the patient anew. Another table or unit is none, and a patient who is waiting can still be given one. `seen` is the
    revision that the person saw: Moved is raised if somebody else was faster, SlotTaken if the time is taken.
    """
    refuse_override(override, by)
    seen = visit.revision if seen is None else seen
    with refusals(), transaction.atomic():
        locked = claiming.lock_visit(visit)
        placing = elsewhere(locked, starts_at, practitioner, table, device, override)
        news = is_news(placing)
        movable = COMING if news else COMING | {Status.ARRIVED}
        if locked.status in movable and is_there(placing):
            return locked
        if locked.revision != seen or locked.status not in movable:
            raise Moved(wording.not_moved(locked, seen))
        unconfirmed = {"status": Status.BOOKED, "status_before": "", "status_at": timezone.now(), "status_by": by}
        return place(placing, by, **(unconfirmed if news and locked.status == Status.CONFIRMED else {}))


def elsewhere(visit, starts_at, practitioner, table, device, override):
    """The visit as it would be. The reason for which it stands where it stands counts for the same time, person and
    location."""
    start, who = starts_at or visit.starts_at, loading.with_timetable(practitioner or visit.practitioner)
    stays = (start, who) == (visit.starts_at, visit.practitioner)
    here = visit.location if stays else where(who, start, rather=visit.location)
    there = table.location if table else here
    stays = stays and there == visit.location
    return Placing.of(
        visit,
        practitioner=who,
        location=there,
        starts_at=start,
        table=table,
        device=device,
        rather=(visit.table_id, visit.device_id),
        override=override or (visit.override_reason if stays else ""),
    )


def is_news(placing):
    """Does the patient have to know?"""
    visit = placing.visit
    told = (visit.span.lower, visit.span.upper, visit.practitioner, visit.location)
    return (*placing.span, placing.practitioner, placing.location) != told


def is_there(placing):
    """Is the visit where it should move to? Pressing twice is no mistake."""
    visit = placing.visit
    device = placing.device if placing.needs_device else None
    return not is_news(placing) and placing.table in (None, visit.table) and device in (None, visit.device)


def place(placing, by, **changes):
    """Take the new time and let the old one go. What does not change is not asked about again."""
    visit = placing.visit
    claiming.lock_patient(visit.patient)
    if placing.starts_at != visit.starts_at:
        placing.refuse_nonsense(timezone.now())
    shorter = placing.starts_at == visit.starts_at and placing.ends_at < visit.ends_at
    if is_news(placing) and not shorter:
        placing.ask_checks(by)
    return claiming.claim(placing, lambda table, device: rewrite(placing, table, device, by, **changes))


def rewrite(placing, table, device, by, **changes):
    """Only news makes a new revision: another table does not make the patient's confirmation a late one."""
    visit = placing.visit
    if is_news(placing):
        changes |= {"revision": visit.revision + 1, "placed_at": timezone.now()}
    visit.occupancies.all().delete()
    Appointment.objects.filter(pk=visit.pk).update(
        practitioner=placing.practitioner,
        table=table,
        device=device,
        span=DateTimeTZRange(*placing.span),
        stages=placing.stages,
        override_reason=placing.override,
        placed_by=by,
        **changes,
    )
    claiming.occupy(placing.claims(table, device), appointment=visit)
    visit.refresh_from_db()
    return visit


def equip(*, visit, device, by):
    """Puts an e-stim unit on a visit, also when the patient is here: for the stages that were booked with one, else
    throughout. It is no news to the patient, so the revision stays.

    Raises SlotTaken if the unit is taken then, Moved if the visit is over.
    """
    try:
        with transaction.atomic():
            locked = claiming.lock_visit(visit)
            if locked.status not in COMING | AT_THE_CLINIC:
                raise Moved(wording.not_moved(locked, locked.revision))
            if locked.device == device:
                return locked
            return place(Placing.of(locked, device=device, stages=equipped(locked.stages), table=locked.table), by)
    except Clash as clash:
        raise SlotTaken(str(clash)) from None


def equipped(stages):
    if any(stage["device"] for stage in stages):
        return stages
    return [stage | {"device": True} for stage in stages]


def resize(*, visit, ends_at, by, seen=None, override=""):
    """Lets a visit end earlier or later, also when the patient is here: the longest elastic stage shrinks or grows.

    The revision rises, for the patient goes home at another time, but who has confirmed need not do so again. Raises
    BadTime if no stage can give way that much, Moved and SlotTaken like `move`.
    """
    refuse_override(override, by)
    seen = visit.revision if seen is None else seen
    with refusals(), transaction.atomic():
        locked = claiming.lock_visit(visit)
        resizable = locked.status in COMING | AT_THE_CLINIC
        if resizable and locked.ends_at == ends_at:
            return locked
        if locked.revision != seen or not resizable:
            raise Moved(wording.not_resized(locked, seen))
        reason = override or (locked.override_reason if ends_at < locked.ends_at else "")
        return place(Placing.of(locked, stages=restaged(locked, ends_at), override=reason), by)


def restaged(visit, ends_at):
    """The stages with which the visit ends then; one that is over stays as it was."""
    if ends_at.timestamp() % 300:
        raise BadTime("Visits end on the five minutes, such as 15:05.", field="ends_at")
    more = ends_at - visit.starts_at - staging.length(visit.stages)
    begun = stages_over(visit)
    stages = staging.stretched(visit.stages, more // A_MINUTE, begun=begun)
    if stages is None:
        raise BadTime(wording.rigid(visit, begun), field="ends_at")
    for stage in stages:
        if not SHORTEST <= stage["minutes"] <= LONGEST:
            raise BadTime(wording.out_of_bounds(stage, SHORTEST, LONGEST), field="ends_at")
    if staging.length(stages) > A_DAY:
        raise BadTime("A visit is over within a day.", field="ends_at")
    return stages


def stages_over(visit):
    """How many of its stages are behind the visit: they can't be longer or shorter any more."""
    return sitting.of(visit, timezone.now()).stage if visit.status == Status.IN_SESSION else 0


def undo_move(*, visit, by, revision):
    """Back to where the visit was before it was moved or resized to `revision`, as its history has it.

    A confirmation that the move had taken back holds again. Raises Moved if somebody has changed the visit since, and
    SlotTaken if its time is taken.
    """
    with refusals(), transaction.atomic(), pghistory.context(undone_revision=revision):
        locked = claiming.lock_visit(visit)
        events = list(locked.appointment_history.select_related("placed_by", "pgh_context").order_by("pgh_id"))
        number = max((n for n in range(1, len(events)) if is_placement(*events[n - 1 : n + 1])), default=None)
        last = events[number] if number else events[0]
        if undone_by(last, by, revision):
            return locked
        if number is None or (last.revision, last.status) != (revision, locked.status):
            raise Moved(wording.not_moved_back(locked, revision))
        return place(as_before(locked, events[number - 1]), by, **status_before(events[number - 1], locked))


def is_placement(before, after):
    """Was the visit placed anew between these two of its events?"""
    return place_of(before) != place_of(after)


def place_of(event):
    return event.span, event.practitioner_id, event.table_id, event.device_id, event.stages


def undone_by(event, by, revision):
    """Has the same person taken it back already? Pressing twice is no mistake."""
    return by is not None and event.placed_by == by and undone_revision(event) == revision


def is_undone(event):
    """Did this event put the visit back to where it was?"""
    return undone_revision(event) is not None


def undone_revision(event):
    known = event.pgh_context.metadata if event.pgh_context else {}
    return known.get("undone_revision")


def as_before(visit, event):
    return Placing.of(
        visit,
        practitioner=event.practitioner,
        location=event.table.location,
        starts_at=event.span.lower,
        table=event.table,
        device=event.device,
        stages=event.stages,
        override=event.override_reason,
    )


def status_before(event, visit):
    """The confirmation that a move had taken back, with who gave it and when."""
    if (event.status, visit.status) != (Status.CONFIRMED, Status.BOOKED):
        return {}
    return {name: getattr(event, name) for name in ("status", "status_before", "status_at", "status_by")}
