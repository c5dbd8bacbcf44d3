"""Visits that no longer fit the clinic's frame: it changed after they were booked, and nobody was moved for it."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from clinic.models import Practitioner, Service, TimeOff
from scheduling import checks, hours, licences, loading, wording
from scheduling.models import Appointment

AHEAD = timedelta(days=60)  # what lies farther ahead has time, and Today must not get slower by it
RELATED = ("patient", "service", "practitioner", "table__location", "device")


def stranded(now):
    """(visit, why) for each coming visit of the next 60 days that does not fit any more, in the order of their starts.

    Out of hours or in time off, unless it was booked so with a reason; location, practitioner, table or unit out of
    use; a service not offered or not licensed that day. Five queries, four if all is well, however many visits.
    """
    frame = Frame(now)
    tellers = {seat.visit: tell for seat in seats(now) if (tell := frame.objection(seat))}
    if not tellers:
        return []
    visits = Appointment.objects.filter(pk__in=tellers).select_related(*RELATED)
    return [(visit, tellers[visit.pk](frame, visit)) for visit in visits]


class Seat(NamedTuple):
    """What a visit takes, as far as it decides whether it still fits. Plain values: there may be tens of thousands."""

    visit: int
    start: datetime
    end: datetime
    practitioner: int
    service: int
    table: int
    device: int | None
    location: int
    zone: str
    jurisdiction: str
    is_open: bool
    table_active: bool
    device_active: bool | None
    out_of_service: str | None
    override: str

    @property
    def day(self):
        return self.start.astimezone(ZoneInfo(self.zone)).date()


def seats(now):
    visits = Appointment.objects.coming().starting(now, now + AHEAD).order_by()
    place = (
        "table__location",
        "table__location__zone_name",
        "table__location__jurisdiction",
        "table__location__active",
    )
    state = ("table__active", "device__active", "device__out_of_service", "override_reason")
    own = ("pk", "starts_at", "ends_at", "practitioner", "service", "table", "device")
    return map(Seat._make, visits.values_list(*own, *place, *state))


class Frame:
    """Who works when and where, offers what, and is away: three queries."""

    def __init__(self, now):
        self.people = {one.pk: one for one in Practitioner.objects.with_timetable()}
        by = ArrayAgg("practitioners", filter=Q(practitioners__isnull=False), default=[])
        services = Service.objects.annotate(by=by).values_list("pk", "techniques", "by")
        self.offers = {pk: (techniques, set(by)) for pk, techniques, by in services}
        self.off = defaultdict(list)  # (resource, location), one of them None: spans
        for resource, location, span in time_off(now):
            self.off[resource, location].append((span.lower, span.upper))
        self.open_on, self.lacking = cache(self._open_on), cache(self._lacking)

    def objection(self, seat):
        """What tells why it does not fit, given frame and visit; None if it fits."""
        return next((tell for fails, tell in REASONS if fails(self, seat)), None)

    def _open_on(self, practitioner, location, day, zone):
        rows = loading.hours_of(self.people[practitioner]).get(location, ())
        return hours.merged(hours.spans(rows, [day], ZoneInfo(zone)))

    def _lacking(self, practitioner, service, jurisdiction, day):
        found = loading.licences_of(self.people[practitioner])
        return licences.missing(self.offers[service][0], found, jurisdiction, day)

    def back(self, start, end, *, resource=None, location=None):
        """When it is back, if it is away or closed at some time in [start, end), else None."""
        ends = (back for off, back in self.off.get((resource, location), ()) if off < end and start < back)
        return max(ends, default=None)


def time_off(now):
    coming = TimeOff.objects.filter(span__overlap=(now, now + AHEAD + timedelta(days=1)))  # a visit ends within a day
    return coming.values_list("resource", "location", "span")


def is_shut(frame, seat):
    return not seat.is_open


def is_closed(frame, seat):
    return not seat.override and frame.back(seat.start, seat.end, location=seat.location)


def has_left(frame, seat):
    return not frame.people[seat.practitioner].active


def is_away(frame, seat):
    return not seat.override and frame.back(seat.start, seat.end, resource=seat.practitioner)


def offers_no_more(frame, seat):
    return seat.practitioner not in frame.offers[seat.service][1]


def is_unlicensed(frame, seat):
    return frame.lacking(seat.practitioner, seat.service, seat.jurisdiction, seat.day)


def is_out_of_hours(frame, seat):
    if seat.override:
        return False
    held = frame.open_on(seat.practitioner, seat.location, seat.day, seat.zone)
    if any(opens <= seat.start and seat.end <= closes for opens, closes in held):
        return False
    rows = loading.hours_of(frame.people[seat.practitioner]).get(seat.location, ())
    return not hours.hold(rows, seat.start, seat.end, ZoneInfo(seat.zone))  # it may go on past midnight


def table_is_gone(frame, seat):
    return not seat.table_active


def table_is_away(frame, seat):
    return frame.back(seat.start, seat.end, resource=seat.table)


def device_is_gone(frame, seat):
    return seat.device and (not seat.device_active or seat.out_of_service)


def device_is_away(frame, seat):
    return seat.device and frame.back(seat.start, seat.end, resource=seat.device)


def tell_shut(frame, visit):
    return f"{visit.location} is not in use any more."


def tell_closed(frame, visit):
    back = frame.back(visit.starts_at, visit.ends_at, location=visit.location.pk)
    return wording.shut(visit.location, back, visit.starts_at, visit.zone)


def tell_left(frame, visit):
    return f"{visit.practitioner} does not work here any more."


def tell_away(frame, visit):
    back = frame.back(visit.starts_at, visit.ends_at, resource=visit.practitioner_id)
    return wording.shut(visit.practitioner, back, visit.starts_at, visit.zone)


def tell_offers_no_more(frame, visit):
    return f"{visit.practitioner} does not offer {visit.service} any more."


def tell_unlicensed(frame, visit):
    day = visit.starts_at.astimezone(visit.zone).date()
    return checks.lacks(frame.people[visit.practitioner_id], visit.service, visit.location, day)


def tell_hours(frame, visit):
    rows = loading.hours_of(frame.people[visit.practitioner_id]).get(visit.location.pk, ())
    told = hours.told(rows, visit.starts_at.astimezone(visit.zone).date())
    return wording.off_hours(visit.practitioner, visit.location, told, visit.starts_at, visit.ends_at)


def tell_table_gone(frame, visit):
    return f"{visit.table} is not in use any more."


def tell_table_away(frame, visit):
    back = frame.back(visit.starts_at, visit.ends_at, resource=visit.table_id)
    return wording.unusable(visit.table, back, visit.starts_at, visit.zone)


def tell_device_gone(frame, visit):
    reason = visit.device.out_of_service
    return f"{visit.device} is out of service: {reason}." if reason else f"{visit.device} is not in use any more."


def tell_device_away(frame, visit):
    back = frame.back(visit.starts_at, visit.ends_at, resource=visit.device_id)
    return wording.unusable(visit.device, back, visit.starts_at, visit.zone)


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
