"""What patients changed by themselves through a link these days, and the time that became free by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Prefetch, Q
from django.utils import timezone

from desk.board import Gap
from desk.days import Day
from desk.rows import again
from scheduling.models import COMING, Appointment, Occupancy, Status

LATELY = timedelta(hours=48)  # older changes age out, so nobody has to tick them off
Event = Appointment.pgh_event_model


@dataclass(frozen=True)
class Change:
    """A cancellation, or a move if `was` says where the visit stood before. `gap` is the free time, if it still is."""

    at: datetime
    visit: Appointment
    was: Event | None
    gap: Gap | None = None

    @property
    def again(self):
        return None if self.was else again(self.visit)


def changes(user, now):
    """Those of the last two days about visits from today on, the latest first. Three queries, however many."""
    made = [change_of(visit) for visit in by_link(user, now)]
    gaps = free(made, now)
    found = [Change(one.at, one.visit, one.was, gaps.get(one.visit.pk)) for one in made]
    return sorted(found, key=lambda change: change.at, reverse=True)


def by_link(user, now):
    """Nobody who works here did it: then it was the patient. What the desk did to the visit since, it knows."""
    since = now - LATELY
    cancelled = Q(status=Status.CANCELLED, status_by=None, status_at__gt=since)
    moved = Q(status__in=COMING, placed_by=None, revision__gt=0, placed_at__gt=since)
    visits = Appointment.objects.visible_to(user).filter(cancelled | moved, starts_at__gt=now - timedelta(days=1))
    events = Event.objects.select_related("practitioner", "table__location").order_by("pgh_id")
    related = visits.select_related("patient", "service", "practitioner", "table__location")
    found = related.prefetch_related(Prefetch("appointment_history", events, to_attr="events"))
    return [visit for visit in found if not before_today(visit, now)]


def before_today(visit, now):
    return timezone.localdate(visit.starts_at, visit.zone) < timezone.localdate(now, visit.zone)


def change_of(visit):
    if visit.status == Status.CANCELLED:
        return Change(visit.status_at, visit, None)
    before = [event for event in visit.events if event.revision < visit.revision]
    return Change(visit.placed_at, visit, before[-1] if before else None)


def free(made, now):
    """{visit: the time that it has let go}, where that is still to come and its practitioner has nothing else then."""
    gaps = {one.visit.pk: gap_of(one, now) for one in made}
    ahead = {pk: gap for pk, gap in gaps.items() if gap.starts_at > now}
    if not ahead:
        return {}
    then = (Q(resource=gap.practitioner, span__overlap=(gap.starts_at, gap.ends_at)) for gap in ahead.values())
    taken = list(Occupancy.objects.filter(reduce(or_, then)).values_list("resource", "span"))
    return {pk: gap for pk, gap in ahead.items() if not any(overlaps(gap, *one) for one in taken)}


def gap_of(change, now):
    stood = change.was or change.visit
    day = Day.at(stood.table.location, now)
    return Gap(stood.practitioner, day, stood.span.lower, stood.span.upper)


def overlaps(gap, resource, span):
    return resource == gap.practitioner.pk and span.lower < gap.ends_at and gap.starts_at < span.upper
