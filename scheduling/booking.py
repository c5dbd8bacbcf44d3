"""Booking, moving, cancelling, and taking it back. Each verb is one transaction; see `claiming` for the locks."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from django.utils import timezone

from scheduling import attending, claiming, finding, loading, wording
from scheduling.errors import Moved, SentTwice, SlotTaken
from scheduling.models import COMING, GONE, Appointment, Status
from scheduling.placing import Placing, where


def book(
    *, patient, service, practitioner, starts_at, by, table=None, device=None, request_key=None, note=""
) -> Appointment:
    """A visit with all that its stages take; a free table and unit are chosen if none is named.

    The same `request_key` again returns the visit it made. Raises SlotTaken with the nearest free times, what the
    BOOKING_CHECKS raise, or SentTwice if the key was used for something else.
    """
    placing = Placing.new(
        patient=patient, service=service, practitioner=practitioner, starts_at=starts_at, table=table, device=device
    )
    once = {"request_key": request_key} if request_key else {}
    with refusals(placing), transaction.atomic():
        claiming.lock_patient(patient)
        if first := sent_before(once, placing):
            return first
        placing.ask_checks(by)
        try:
            return claiming.claim(placing, lambda table, device: write(placing, table, device, by, note=note, **once))
        except IntegrityError:  # one key sent for two patients at once: two locks
            if first := sent_before(once, placing):
                return first
            raise


def write(placing, table, device, by, **fields):
    visit = Appointment.objects.create(
        patient=placing.patient,
        service=placing.service,
        practitioner=placing.practitioner,
        table=table,
        device=device,
        span=DateTimeTZRange(*placing.span),
        stages=placing.stages,
        turnover_minutes=placing.service.turnover_minutes,
        buffer_minutes=placing.service.buffer_minutes,
        booked_by=by,
        placed_by=by,
        **fields,
    )
    claiming.occupy(placing.claims(table, device), appointment=visit)
    visit.starts_at, visit.ends_at = placing.span  # generated columns: spares reading them back
    return visit


def sent_before(once, placing):
    """The visit that this form booked already, or None. Raises SentTwice if it asks for another one now."""
    first = Appointment.objects.filter(**once).first() if once else None
    if not first:
        return None
    asked = (placing.patient, placing.service, placing.practitioner, placing.starts_at)
    if (first.patient, first.service, first.practitioner, first.starts_at) != asked or first.status in GONE:
        raise SentTwice(wording.sent_twice(first))
    return first


def cancel(*, visit, reason, by):
    """Lets the visit's time go. Raises Moved if it has begun or is gone already."""
    return attending.go(visit, Status.CANCELLED, by, cancel_reason=reason)


def move(*, visit, starts_at, practitioner=None, table=None, by, seen=None):
    """Places a coming visit anew, with the stages it was booked with, at its own table and unit if they are free.

    It is only booked then, and its revision tells the patient anew. `seen` is the revision that the person saw: Moved
    is raised if somebody else was faster, SlotTaken if the time is taken.
    """
    seen = visit.revision if seen is None else seen
    practitioner = loading.with_timetable(practitioner or visit.practitioner)
    placing = Placing.of(
        visit,
        practitioner=practitioner,
        location=table.location if table else where(practitioner, starts_at),
        starts_at=starts_at,
        table=table,
        device=None,
        rather=(visit.table_id, visit.device_id),
    )
    with refusals(placing), transaction.atomic():
        locked = claiming.lock_visit(visit)
        if is_there(locked, placing):
            return locked
        if locked.revision != seen or locked.status not in COMING:
            raise Moved(wording.not_moved(locked, seen))
        claiming.lock_patient(locked.patient)
        placing.ask_checks(by)
        return claiming.claim(placing, lambda table, device: rewrite(locked, placing, table, device, by))


def is_there(visit, placing):
    """Is the visit where it should move to? Pressing twice is no mistake."""
    there = (visit.starts_at, visit.practitioner) == (placing.starts_at, placing.practitioner)
    return there and placing.table in (None, visit.table) and visit.status in COMING


def rewrite(visit, placing, table, device, by):
    now = timezone.now()
    unconfirmed = {"status": Status.BOOKED, "status_before": "", "status_at": now, "status_by": by}
    visit.occupancies.all().delete()
    Appointment.objects.filter(pk=visit.pk).update(
        practitioner=placing.practitioner,
        table=table,
        device=device,
        span=placing.span,
        revision=F("revision") + 1,
        placed_at=now,
        placed_by=by,
        **(unconfirmed if visit.status == Status.CONFIRMED else {}),
    )
    claiming.occupy(placing.claims(table, device), appointment=visit)
    visit.refresh_from_db()
    return visit


def undo(*, visit, by, of=None):
    """Walks the last arrow back; a visit whose time was let go takes it again, at the same table.

    `of` is the status that the person saw and wants undone. Raises Moved if the visit is in another one by now, and
    SlotTaken if its time is taken.
    """
    of = of or visit.status
    placing = Placing.of(visit)
    with refusals(placing), transaction.atomic():
        locked = claiming.lock_visit(visit)
        if undone_by(locked, by, of):
            return locked
        if locked.status != of or not locked.status_before or locked.status == Status.COMPLETED:
            raise Moved(wording.not_undone(locked))
        if locked.status not in GONE:
            return step_back(locked, by)
        claiming.lock_patient(locked.patient)
        placing.ask_checks(by)
        return claiming.claim(placing, lambda table, device: come_back(locked, placing, table, device, by))


def undone_by(visit, by, of):
    """Has the same person undone it already? Pressing twice is no mistake."""
    return by is not None and visit.status_by == by and visit.status != of and not visit.status_before


def step_back(visit, by):
    Appointment.objects.filter(pk=visit.pk).update(
        status=F("status_before"), status_before="", status_at=timezone.now(), status_by=by, cancel_reason=""
    )
    visit.refresh_from_db()
    return visit


def come_back(visit, placing, table, device, by):
    claiming.occupy(placing.claims(table, device), appointment=visit)
    return step_back(visit, by)


@contextmanager
def refusals(placing):
    """A clash becomes SlotTaken with the nearest free times, looked for when the transaction has let its locks go."""
    try:
        yield
    except claiming.Clash as clash:
        free = finding.nearest(
            service=placing.service,
            wanted=placing.starts_at,
            now=timezone.now(),
            patient=placing.patient,
            practitioner=placing.practitioner,
            visit=placing.visit,
        )
        raise SlotTaken(str(clash), alternatives=free) from None
