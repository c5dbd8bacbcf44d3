"""Visits that no longer fit the clinic's frame: it changed after they were booked, and nobody was moved for it.

Today asks this of thousands of visits. So they come as numbers, those that take the same together, and times as epoch
seconds; only for those that do not fit are rows read and sentences made.
"""

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Func, IntegerField, Q

from clinic.models import Practitioner, Service, TimeOff
from scheduling import checks, hours, licences, loading, wording
from scheduling.models import Appointment

AHEAD = timedelta(days=60)  # what lies farther ahead has time, and Today must not get slower by it
A_DAY = timedelta(days=1)
RELATED = ("patient", "service", "practitioner", "table__location", "device")


def stranded(now):
    """(visit, why) for each coming visit of the next 60 days that does not fit any more, in the order of their starts.

    Out of hours or in time off, unless it was booked so with a reason; location, practitioner, table or unit out of
    use; a service not offered or not licensed that day. Five queries, four if all is well, however many visits.
    """
    frame = Frame(now)
    tellers = dict(found for seat in seats(now) for found in misfits(frame, seat))
    if not tellers:
        return []
    visits = Appointment.objects.filter(pk__in=tellers).select_related(*RELATED)
    return [(visit, tellers[visit.pk](frame, visit)) for visit in visits]


class Seat(NamedTuple):
    """What some visits take, and those visits: keys, starts and ends. `forced` were booked with a written reason."""

    practitioner: int
    service: int
    location: int
    is_open: bool
    zone_name: str
    jurisdiction: str
    table: int
    table_active: bool
    device: int | None
    device_usable: bool
    forced: bool
    visits: list
    starts: list
    ends: list


def seats(now):
    visits = Appointment.objects.coming().starting(now, now + AHEAD).order_by()
    same = visits.annotate(
        location=F("table__location"),
        is_open=F("table__location__active"),
        zone_name=F("table__location__zone_name"),
        jurisdiction=F("table__location__jurisdiction"),
        table_active=F("table__active"),
        device_usable=Q(device__isnull=True) | Q(device__active=True, device__out_of_service=""),
        forced=~Q(override_reason=""),
    )
    listed = {"visits": ArrayAgg("pk"), "starts": ArrayAgg(Epoch("starts_at")), "ends": ArrayAgg(Epoch("ends_at"))}
    return map(Seat._make, same.values_list(*Seat._fields[: -len(listed)]).annotate(**listed))


class Epoch(Func):
    template = "date_part('epoch', %(expressions)s)::bigint"
    output_field = IntegerField()


class Frame:
    """Who works when and where, offers what, and is away: three queries."""

    def __init__(self, now):
        self.first = now.date() - A_DAY  # that day has begun wherever the clinic is
        self.people = {one.pk: one for one in Practitioner.objects.with_timetable()}
        self.hours = {pk: loading.hours_of(one) for pk, one in self.people.items()}
        by = ArrayAgg("practitioners", filter=Q(practitioners__isnull=False), default=[])
        services = Service.objects.annotate(by=by).values_list("pk", "techniques", "by")
        self.offers = {pk: (tuple(techniques), set(people)) for pk, techniques, people in services}
        self.off = time_off(now)
        self.worked, self.licensed = cache(self._worked), cache(self._licensed)

    def _worked(self, practitioner, location, zone_name):
        return worked(self.hours[practitioner].get(location, ()), self.first, ZoneInfo(zone_name))

    def _licensed(self, practitioner, service, jurisdiction, zone_name):
        found, techniques = tuple(loading.licences_of(self.people[practitioner])), self.offers[service][0]
        return licensed(found, techniques, jurisdiction, self.first, ZoneInfo(zone_name))


def time_off(now):
    """{(resource, location), one of them None: spans in epoch seconds} from now on."""
    found = defaultdict(list)
    coming = TimeOff.objects.filter(span__overlap=(now, now + AHEAD + A_DAY))  # a visit ends within a day
    for resource, location, span in coming.values_list("resource", "location", "span"):
        found[resource, location].append((span.lower.timestamp(), span.upper.timestamp()))
    return found


class Spans:
    """Spans in epoch seconds, those that touch made one."""

    def __init__(self, spans):
        whole = hours.merged(spans)
        self.starts = [start.timestamp() for start, _ in whole]
        self.ends = [end.timestamp() for _, end in whole]

    def hold(self, start, end):
        """Does one of them last from `start` to `end`?"""
        number = bisect_right(self.starts, start)
        return number > 0 and end <= self.ends[number - 1]


@lru_cache(maxsize=512)  # every Today asks the same
def worked(rows, first, zone):
    return Spans(hours.spans(rows, days(first), zone))


@lru_cache(maxsize=512)
def licensed(found, techniques, jurisdiction, first, zone):
    covered = [day for day in days(first) if not licences.missing(techniques, found, jurisdiction, day)]
    return Spans((hours.midnight(day, zone), hours.midnight(day + A_DAY, zone)) for day in covered)


def days(first):
    return [first + number * A_DAY for number in range(AHEAD.days + 4)]


def misfits(frame, seat):
    """Yield (visit, what tells why it does not fit, given frame and visit)."""
    whatever_time = next(standing(frame, seat), None)
    by_time = [] if whatever_time else list(passing(frame, seat))
    for visit, start, end in zip(seat.visits, seat.starts, seat.ends, strict=True):
        if tell := whatever_time or objection(by_time, start, end):
            yield visit, tell


def objection(by_time, start, end):
    for fails, tell in by_time:
        if fails(start, end):
            return tell
    return None


def standing(frame, seat):
    """Yield what tells why these visits do not fit at any time."""
    if not seat.is_open:
        yield tell_shut
    if not frame.people[seat.practitioner].active:
        yield tell_left
    if seat.practitioner not in frame.offers[seat.service][1]:
        yield tell_offers_no_more
    if not seat.table_active:
        yield tell_table_gone
    if not seat.device_usable:
        yield tell_device_gone


def passing(frame, seat):
    """Yield (fails, tell): `fails` says of a start and an end if there is such a reason then."""
    who, zone = seat.practitioner, seat.zone_name
    yield partial(is_unlicensed, frame.licensed(who, seat.service, seat.jurisdiction, zone)), tell_unlicensed
    if not seat.forced:
        yield from while_off(frame, (None, seat.location), tell_closed)
        yield from while_off(frame, (who, None), tell_away)
        yield partial(is_out_of_hours, frame.worked(who, seat.location, zone)), tell_hours
    yield from while_off(frame, (seat.table, None), tell_table_away)
    yield from while_off(frame, (seat.device, None), tell_device_away)


def while_off(frame, who, tell):
    if who in frame.off:
        yield partial(touch, frame.off[who]), tell


def is_unlicensed(days, start, end):
    return not days.hold(start, start + 1)


def is_out_of_hours(worked, start, end):
    return not worked.hold(start, end)


def touch(spans, start, end):
    return any(off < end and start < back for off, back in spans)


def back(frame, visit, *, resource=None, location=None):
    """When whoever is away during the visit is back."""
    start, end = visit.starts_at.timestamp(), visit.ends_at.timestamp()
    ends = [back for off, back in frame.off[resource, location] if off < end and start < back]
    return datetime.fromtimestamp(max(ends), UTC)


def tell_shut(frame, visit):
    return f"{visit.location} is not in use any more."


def tell_left(frame, visit):
    return f"{visit.practitioner} does not work here any more."


def tell_offers_no_more(frame, visit):
    return f"{visit.practitioner} does not offer {visit.service} any more."


def tell_table_gone(frame, visit):
    return f"{visit.table} is not in use any more."


def tell_device_gone(frame, visit):
    reason = visit.device.out_of_service
    return f"{visit.device} is out of service: {reason}." if reason else f"{visit.device} is not in use any more."


def tell_unlicensed(frame, visit):
    day = visit.starts_at.astimezone(visit.zone).date()
    return checks.lacks(frame.people[visit.practitioner_id], visit.service, visit.location, day)


def tell_closed(frame, visit):
    end = back(frame, visit, location=visit.location.pk)
    return wording.shut(visit.location, end, visit.starts_at, visit.zone)


def tell_away(frame, visit):
    end = back(frame, visit, resource=visit.practitioner_id)
    return wording.shut(visit.practitioner, end, visit.starts_at, visit.zone)


def tell_hours(frame, visit):
    rows = frame.hours[visit.practitioner_id].get(visit.location.pk, ())
    told = hours.told(rows, visit.starts_at.astimezone(visit.zone).date())
    return wording.off_hours(visit.practitioner, visit.location, told, visit.starts_at, visit.ends_at)


def tell_table_away(frame, visit):
    return wording.unusable(visit.table, back(frame, visit, resource=visit.table_id), visit.starts_at, visit.zone)


def tell_device_away(frame, visit):
    return wording.unusable(visit.device, back(frame, visit, resource=visit.device_id), visit.starts_at, visit.zone)
