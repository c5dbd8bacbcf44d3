"""What happens to a visit on its day. Each verb is one compare-and-swap along the arrows of `NEXT`.

`by` is who did it, or None when the patient did it through a link.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from scheduling import sitting, wording
from scheduling.errors import Moved
from scheduling.models import GONE, NEXT, Appointment, Status


def confirm(*, visit, by, seen=None):
    return go(visit, Status.CONFIRMED, by, seen=seen)


def arrive(*, visit, by):
    return go(visit, Status.ARRIVED, by)


@transaction.atomic
def start(*, visit, by):
    """The patient is on the table: the first stage runs."""
    visit = go(visit, Status.IN_SESSION, by)
    sitting.begin(visit, by)
    return visit


@transaction.atomic
def complete(*, visit, by):
    """Whoever is still on the table leaves it. Raises what LEAVING_CHECKS raise."""
    visit = go(visit, Status.COMPLETED, by)
    sitting.end(visit=visit, by=by)
    return visit


def no_show(*, visit, by):
    return go(visit, Status.NO_SHOW, by)


@transaction.atomic
def go(visit, status, by, *, seen=None, **changes):
    """Move the visit to a status and let its time go if it holds none there.

    Pressing twice is no mistake: the second press changes nothing. Raises Moved if there is no way there from where
    the visit is by now, or if it has another revision than the one that was `seen`; it says who was faster.
    """
    as_seen = {} if seen is None else {"revision": seen}
    ways = [old for old in NEXT if status in NEXT[old]]
    moved = Appointment.objects.filter(pk=visit.pk, status__in=ways, **as_seen).update(
        status=status, status_before=F("status"), status_at=timezone.now(), status_by=by, **changes
    )
    visit.refresh_from_db()
    if not moved and (seen not in (None, visit.revision) or (visit.status, visit.status_by) != (status, by)):
        raise Moved(wording.no_way(visit, status))
    if moved and status in GONE:
        visit.occupancies.all().delete()
    return visit
