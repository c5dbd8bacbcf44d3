"""Visits that were booked as one repetition: which of them one is, and letting the rest of them go together."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from clinic.errors import ClinicError
from scheduling import attending, booking, resettling, wording
from scheduling.errors import Moved
from scheduling.models import COMING, Appointment, Status

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Series:
    """All visits of a repetition in their order, those that were cancelled too, and the one that is looked at."""

    visits: list
    visit: Appointment

    @property
    def place(self):
        return 1 + self.visits.index(self.visit)

    @property
    def rhythm(self):
        return rhythm([timezone.localdate(one.starts_at, one.zone) for one in self.visits])

    @property
    def later(self):
        """Those after this one that can still be cancelled."""
        return [one for one in self.visits if one.status in COMING and one.starts_at > self.visit.starts_at]


def series_of(visit):
    """The Series of a visit, or None if it was booked alone."""
    if not visit.series:
        return None
    related = ("practitioner", "table__location")
    return Series(list(Appointment.objects.filter(series=visit.series).select_related(*related)), visit)


def rhythm(days):
    """ "every week", "every 2 weeks": how far apart most of the dates lie; empty if that is no number of weeks."""
    gaps = Counter(later - earlier for earlier, later in pairwise(days))
    [(gap, _)] = gaps.most_common(1) or [(timedelta(0), 0)]
    if not gap or gap % A_WEEK:
        return ""
    return "every week" if gap == A_WEEK else f"every {gap // A_WEEK} weeks"


@transaction.atomic
def cancel_series(*, visit, reason, by):
    """Cancels a visit and the coming ones after it of its series; returns them.

    All of the series are locked first, in one order, so that no rival waits in a circle for the time that they let go.
    Pressing twice is no mistake. Raises Moved if this one can't be cancelled any more, or is no repetition's.
    """
    if not visit.series:
        raise Moved("This visit is not one of a repetition. Nothing was cancelled.")
    locked = Appointment.objects.filter(series=visit.series).order_by("pk").select_for_update(no_key=True)
    visits = {one.pk: one for one in locked}
    later = Series(sorted(visits.values(), key=lambda one: one.starts_at), visits[visit.pk]).later
    return [attending.go(one, Status.CANCELLED, by, cancel_reason=reason) for one in (visit, *later)]


@transaction.atomic
def uncancel_series(*, context, by):
    """Takes a `cancel_series` back that was made in that pghistory context: all take their time again, or none.

    Pressing twice is no mistake. Raises ClinicError, which names the date, if one of them can't come back.
    """
    events = Appointment.pgh_event_model.objects.filter(pgh_context=context, status=Status.CANCELLED)
    gone = list(Appointment.objects.filter(pk__in=events.values("pgh_obj")).select_related("table__location"))
    held = {key for one in gone for key in (one.practitioner_id, one.table_id, one.device_id) if key}
    resettling.lock([one.pk for one in gone], held)
    return [uncancel(one, by) for one in gone]


def uncancel(visit, by):
    try:
        return booking.undo(visit=visit, by=by, of=Status.CANCELLED)
    except ClinicError as refusal:
        why = getattr(refusal, "sentence", refusal)
        raise ClinicError(f"{wording.day(visit.starts_at, visit.zone)}: {why} Nothing was undone.") from refusal
