"""Visits that no longer fit the clinic's frame: it changed after they were booked, and nobody was moved for it.

Today asks this of thousands of visits, so that they come as plain numbers, and times as epoch seconds.
"""

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, Value, When

from clinic.models import Location, Practitioner, Resource, Service, TimeOff
from scheduling import checks, hours, licences, loading, wording
from scheduling.models import Appointment

AHEAD = timedelta(days=60)  # what lies farther ahead has time, and Today must not get slower by it
A_DAY = timedelta(days=1)
RELATED = ("patient", "service", "practitioner", "table__location", "device")


def stranded(now):
    """(visit, why) for each coming visit of the next 60 days that does not fit any more, in the order of their starts.

    Out of hours or in time off, unless it was booked so with a reason; location, practitioner, table or unit out of
    use; a service not offered or not licensed that day. Seven queries, six if all is well, however many visits.
    """
    frame = Frame(now)
    tellers = {seat.visit: tell for seat in seats(now) if (tell := objection(frame, seat))}
    if not tellers:
        return []
    visits = Appointment.objects.filter(pk__in=tellers).select_related(*RELATED)
    return [(visit, tellers[visit.pk](frame, visit)) for visit in visits]


class Seat(NamedTuple):
    """What a visit takes, as far as it decides whether it still fits; `forced` was booked with a written reason."""

    visit: int
    start: int
    end: int
    practitioner: int
    service: int
    location: int
    table: int
    device: int | None
    forced: bool


def seats(now):
    """One row with a list for each field: thousands of rows would cost more than all that is done with them."""
    visits = Appointment.objects.coming().starting(now, now + AHEAD).order_by()
    forced = Case(When(override_reason="", then=Value(False)), default=Value(True), output_field=BooleanField())
    own = {"visit": F("pk"), "start": Epoch("starts_at"), "end": Epoch("ends_at"), "forced": forced}
    place = {"location": F("table__location")}
    same = {name: F(name) for name in ("practitioner", "service", "table", "device")}
    columns = own | place | same
    found = visits.aggregate(**{f"{name}s": ArrayAgg(columns[name], default=[]) for name in Seat._fields})
    return map(Seat, *(found[f"{name}s"] for name in Seat._fields))


class Epoch(Func):
    template = "extract(epoch from %(expressions)s)::bigint"
    output_field = IntegerField()


class Frame:
    """Who works when and where, offers what, and is away; what is out of use."""

    def __init__(self, now):
        self.first = now.date() - A_DAY  # that day has begun wherever the clinic is
        self.people = {one.pk: one for one in Practitioner.objects.with_timetable()}
        self.places = Location.objects.in_bulk()
        self.techniques, self.offers = {}, set()
        by = ArrayAgg("practitioners", filter=Q(practitioners__isnull=False), default=[])
        for pk, techniques, people in Service.objects.annotate(by=by).values_list("pk", "techniques", "by"):
            self.techniques[pk] = tuple(techniques)
            self.offers.update((pk, one) for one in people)
        out_of_use = Q(active=False) | Q(device__out_of_service__gt="")
        self.out_of_use = set(Resource.objects.filter(out_of_use).values_list("pk", flat=True))
        self.away, self.closed = time_off(now)
        self.hours, self.licensed = cache(self._hours), cache(self._licensed)

    def is_off(self, resource, seat):
        return resource in self.away and touches(self.away[resource], seat)

    def rows(self, practitioner, location):
        return loading.hours_of(self.people[practitioner]).get(location, ())

    def _hours(self, practitioner, location):
        return worked(self.rows(practitioner, location), self.first, self.places[location].zone)

    def _licensed(self, practitioner, service, location):
        place, found = self.places[location], tuple(loading.licences_of(self.people[practitioner]))
        return licensed(found, self.techniques[service], place.jurisdiction, self.first, place.zone)


def time_off(now):
    """({resource: spans}, {location: spans}) from now on."""
    away, closed = defaultdict(list), defaultdict(list)
    coming = TimeOff.objects.filter(span__overlap=(now, now + AHEAD + A_DAY))  # a visit ends within a day
    for resource, location, span in coming.values_list("resource", "location", "span"):
        kept = closed[location] if location else away[resource]
        kept.append((span.lower.timestamp(), span.upper.timestamp()))
    return away, closed


class Spans:
    """Spans in their order, those that touch made one; in epoch seconds."""

    def __init__(self, spans):
        merged = hours.merged(spans)
        self.starts = [start.timestamp() for start, _ in merged]
        self.ends = [end.timestamp() for _, end in merged]

    def hold(self, start, end):
        """Does one of them last from `start` to `end`?"""
        number = bisect_right(self.starts, start)
        return number > 0 and end <= self.ends[number - 1]


@lru_cache(maxsize=512)  # asked again with every Today
def worked(rows, first, zone):
    return Spans(hours.spans(rows, days(first), zone))


@lru_cache(maxsize=512)
def licensed(found, techniques, jurisdiction, first, zone):
    covered = [day for day in days(first) if not licences.missing(techniques, found, jurisdiction, day)]
    return Spans((hours.midnight(day, zone), hours.midnight(day + A_DAY, zone)) for day in covered)


def days(first):
    return [first + number * A_DAY for number in range(AHEAD.days + 4)]


def touches(spans, seat):
    return any(off < seat.end and seat.start < back for off, back in spans)


def back(spans, visit):
    """When somebody who is away by those spans is back, for whom the visit has to wait."""
    start, end = visit.starts_at.timestamp(), visit.ends_at.timestamp()
    return datetime.fromtimestamp(max(back for off, back in spans if off < end and start < back), UTC)


def objection(frame, seat):
    """What tells why it does not fit, given frame and visit; None if it fits."""
    for fails, tell in REASONS:
        if fails(frame, seat):
            return tell
    return None


def is_shut(frame, seat):
    return not frame.places[seat.location].active


def is_closed(frame, seat):
    return seat.location in frame.closed and not seat.forced and touches(frame.closed[seat.location], seat)


def has_left(frame, seat):
    return seat.practitioner in frame.out_of_use


def is_away(frame, seat):
    return not seat.forced and frame.is_off(seat.practitioner, seat)


def offers_no_more(frame, seat):
    return (seat.service, seat.practitioner) not in frame.offers


def is_unlicensed(frame, seat):
    return not frame.licensed(seat.practitioner, seat.service, seat.location).hold(seat.start, seat.start + 1)


def is_out_of_hours(frame, seat):
    return not (seat.forced or frame.hours(seat.practitioner, seat.location).hold(seat.start, seat.end))


def table_is_gone(frame, seat):
    return seat.table in frame.out_of_use


def table_is_away(frame, seat):
    return frame.is_off(seat.table, seat)


def device_is_gone(frame, seat):
    return seat.device in frame.out_of_use


def device_is_away(frame, seat):
    return frame.is_off(seat.device, seat)


def tell_shut(frame, visit):
    return f"{visit.location} is not in use any more."


def tell_closed(frame, visit):
    return wording.shut(visit.location, back(frame.closed[visit.location.pk], visit), visit.starts_at, visit.zone)


def tell_left(frame, visit):
    return f"{visit.practitioner} does not work here any more."


def tell_away(frame, visit):
    return wording.shut(visit.practitioner, back(frame.away[visit.practitioner_id], visit), visit.starts_at, visit.zone)


def tell_offers_no_more(frame, visit):
    return f"{visit.practitioner} does not offer {visit.service} any more."


def tell_unlicensed(frame, visit):
    day = visit.starts_at.astimezone(visit.zone).date()
    return checks.lacks(frame.people[visit.practitioner_id], visit.service, visit.location, day)


def tell_hours(frame, visit):
    rows = frame.rows(visit.practitioner_id, visit.location.pk)
    told = hours.told(rows, visit.starts_at.astimezone(visit.zone).date())
    return wording.off_hours(visit.practitioner, visit.location, told, visit.starts_at, visit.ends_at)


def tell_table_gone(frame, visit):
    return f"{visit.table} is not in use any more."


def tell_table_away(frame, visit):
    return wording.unusable(visit.table, back(frame.away[visit.table_id], visit), visit.starts_at, visit.zone)


def tell_device_gone(frame, visit):
    reason = visit.device.out_of_service
    return f"{visit.device} is out of service: {reason}." if reason else f"{visit.device} is not in use any more."


def tell_device_away(frame, visit):
    return wording.unusable(visit.device, back(frame.away[visit.device_id], visit), visit.starts_at, visit.zone)


# Whether, and in what words; the first that holds is told.
REASONS = [
    (is_shut, tell_shut),
    (is_closed, tell_closed),
    (has_left, tell_left),
    (is_away, tell_away),
    (offers_no_more, tell_offers_no_more),
    (is_unlicensed, tell_unlicensed),
    (is_out_of_hours, tell_hours),
    (table_is_gone, tell_table_gone),
    (table_is_away, tell_table_away),
    (device_is_gone, tell_device_gone),
    (device_is_away, tell_device_away),
]
