"""Booking, cancelling and taking a step back. Each verb is one transaction; see `claiming` for the locks.

What places a visit anew is in `moving`, what happens to it on its day in `attending`.
"""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from scheduling import attending, claiming, sitting, wording
from scheduling.claiming import refusals
from scheduling.errors import Moved, SentTwice
from scheduling.models import GONE, Appointment, Status
from scheduling.moving import move, resize, undo_move
from scheduling.placing import Placing, refuse_override
from scheduling.walking_in import this_cell

__all__ = ["book", "cancel", "move", "resize", "undo", "undo_move", "walk_in"]


def book(
    *,
    patient,
    service,
    practitioner,
    starts_at,
    by,
    table=None,
    device=None,
    request_key=None,
    note="",
    override="",
) -> Appointment:
    """A visit with all that its stages take; a free table and unit are chosen if none is named.

    The same `request_key` again returns the visit it made. `override` is a written reason: whoever may
    (`override_hours`) books with it out of hours, in time off, or into the rest between visits; never over another
    visit, and never against a licence or a clinical bar.

    Raises SlotTaken with the nearest free times, what the BOOKING_CHECKS raise, BadTime, NotAllowed, or SentTwice if
    the key was used for something else.
    """
    refuse_override(override, by)
    placing = Placing.new(
        patient=patient,
        service=service,
        practitioner=practitioner,
        starts_at=starts_at,
        table=table,
        device=device,
        override=override,
    )
    once = {"request_key": request_key} if request_key else {}
    with refusals(), transaction.atomic():
        claiming.lock_patient(patient)
        return sent_before(once, placing) or take(placing, by, once, note)


def take(placing, by, once, note):
    placing.refuse_nonsense(timezone.now())
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
        override_reason=placing.override,
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


@transaction.atomic
def walk_in(*, patient, service, practitioner, by, now, request_key=None, override=""):
    """Somebody stands at the desk: booked for `now`, on the five minutes, and checked in.

    The same `request_key` again means the visit it made, though the next five minutes have begun.
    """
    first = Appointment.objects.filter(request_key=request_key, patient=patient).first() if request_key else None
    visit = book(
        patient=patient,
        service=service,
        practitioner=practitioner,
        starts_at=first.starts_at if first else this_cell(now),
        by=by,
        request_key=request_key,
        override=override,
    )
    return attending.arrive(visit=visit, by=by)


def cancel(*, visit, reason, by):
    """Lets the visit's time go. Raises Moved if it has begun or is gone already."""
    return attending.go(visit, Status.CANCELLED, by, cancel_reason=reason)


def undo(*, visit, by, of=None):
    """Walks the last arrow back; a visit whose time was let go takes it again, at the same table.

    `of` is the status that the person saw and wants undone. Raises Moved if the visit is in another one by now,
    SlotTaken if its time is taken, and what the UNDO_CHECKS raise.
    """
    of = of or visit.status
    with refusals(), transaction.atomic():
        locked = claiming.lock_visit(visit)
        if undone_by(locked, by, of):
            return locked
        if locked.status != of or not locked.status_before:
            raise Moved(wording.not_undone(locked))
        if locked.status not in GONE:
            return take_back(locked, by)
        claiming.lock_patient(locked.patient)
        placing = Placing.of(locked)
        placing.ask_checks(by)
        return claiming.claim(placing, lambda table, device: come_back(locked, placing, table, device, by))


def undone_by(visit, by, of):
    """Has the same person undone it already? Pressing twice is no mistake."""
    return by is not None and visit.status_by == by and visit.status != of and not visit.status_before


def take_back(visit, by):
    """The rooms above may object to a completed visit that is opened again: settings name whom to ask."""
    left = visit.status
    if left == Status.COMPLETED:
        for name in settings.UNDO_CHECKS:
            import_string(name)(visit=visit, by=by)
    visit = step_back(visit, by)
    if left in (Status.IN_SESSION, Status.COMPLETED):
        sitting.take_back(visit)
    return visit


def step_back(visit, by):
    Appointment.objects.filter(pk=visit.pk).update(
        status=F("status_before"), status_before="", status_at=timezone.now(), status_by=by, cancel_reason=""
    )
    visit.refresh_from_db()
    return visit


def come_back(visit, placing, table, device, by):
    claiming.occupy(placing.claims(table, device), appointment=visit)
    if visit.status == Status.CANCELLED and import_string(settings.CANCELLATION_TOLD)(visit=visit):
        make_news(visit, by)
    return step_back(visit, by)


def make_news(visit, by):
    """The patient knows that the visit is cancelled: it comes back as news, later than its cancellation, which was a
    revision of its own in the patient's calendar (RFC 5546)."""
    Appointment.objects.filter(pk=visit.pk).update(revision=F("revision") + 2, placed_at=timezone.now(), placed_by=by)
