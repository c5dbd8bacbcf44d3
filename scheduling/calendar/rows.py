"""What the calendar shows, out of the database as plain values: six queries, whatever the clinic's size.

No model instances: a whole clinic's day is some 600 visits, and theirs would cost more than all that comes after.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from clinic.models import Resource, Service, TimeOff, WorkingHours
from scheduling.hours import Hours
from scheduling.models import Appointment, Block

A_DAY = timedelta(days=1)  # no visit lasts longer (`visit_within_a_day`), so the index on starts can be used
VISIT = {
    "id": "pk",
    "family": "patient__family_name",
    "given": "patient__given_name",
    "service": "service_id",
    "practitioner": "practitioner_id",
    "table": "table_id",
    "device": "device_id",
    "starts": "starts_at",
    "ends": "ends_at",
    "status": "status",
    "revision": "revision",
    "stages": "stages_text",
    "turnover": "turnover_minutes",
    "buffer": "buffer_minutes",
    "note": "note",
}
THING = (
    "pk",
    "name",
    "active",
    "practitioner__user",
    "table__room",
    "table__chair",
    "device__pk",
    "device__out_of_service",
)


@dataclass(frozen=True)
class Thing:
    """A resource as a column: its kind is "practitioner", "table" or "device"."""

    id: int
    name: str
    active: bool
    kind: str
    room: str = ""
    chair: bool = False
    out_of_service: str = ""
    user: int | None = None

    @classmethod
    def of(cls, pk, name, active, user, room, chair, device, out_of_service):
        kind = "practitioner" if user else "device" if device else "table"
        return cls(pk, name, active, kind, room or "", bool(chair), out_of_service or "", user)


@dataclass(frozen=True)
class Away:
    """A resource, or with None the whole location, is not to be had; a block has a primary key and a title."""

    resource: int | None
    start: datetime
    end: datetime
    block: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Rows:
    """A visit is a dict (see VISIT); its stages are still JSON text, of which most are the same."""

    visits: list[dict]
    services: dict[int, tuple[str, str]]  # name and colour
    away: list[Away]
    things: dict[int, Thing]
    hours: dict[int, list[Hours]]  # by practitioner


def load(shown, *, user, statuses):
    """`statuses` are those that are not left out."""
    start, end = shown.window
    things = things_at(shown.location)
    return Rows(
        visits=visits(shown, user, statuses, start, end),
        services={pk: (name, colour) for pk, name, colour in Service.objects.values_list("pk", "name", "colour")},
        away=[*blocks(shown.location, start, end), *time_off(shown.location, things, start, end)],
        things=things,
        hours=hours_at(shown.location, shown.days),
    )


def visits(shown, user, statuses, start, end):
    near = {"starts_at__gt": start - A_DAY, "starts_at__lt": end, "ends_at__gt": start}
    found = Appointment.objects.visible_to(user).filter(table__location=shown.location, status__in=statuses, **near)
    if shown.practitioner:
        found = found.filter(practitioner__in=shown.practitioner)
    if shown.service:
        found = found.filter(service__in=shown.service)
    found = found.annotate(stages_text=Cast("stages", TextField()))
    found = found.order_by("starts_at", "pk").values_list(*VISIT.values())
    return [dict(zip(VISIT, row, strict=True)) for row in found]


def things_at(location):
    """Tables and units of the location, and practitioners, who have none of their own."""
    found = Resource.objects.filter(Q(location=location) | Q(practitioner__isnull=False))
    order = ("table__chair", "name", "pk")
    return {row[0]: Thing.of(*row) for row in found.order_by(*order).values_list(*THING)}


def blocks(location, start, end):
    found = Block.objects.overlapping(start, end).filter(location=location)
    found = found.values_list("pk", "resource", "span", "title")
    return [Away(resource, span.lower, span.upper, pk, title) for pk, resource, span, title in found]


def time_off(location, things, start, end):
    """Closures of the location, and who or what is away. Why they are is nobody's business here."""
    found = TimeOff.objects.filter(span__overlap=(start, end)).filter(Q(location=location) | Q(location=None))
    return [
        Away(resource, span.lower, span.upper)
        for resource, span in found.values_list("resource", "span")
        if resource is None or resource in things
    ]


def hours_at(location, days):
    """{practitioner: [Hours]} of those that may hold on one of the days."""
    names = ("weekday", "starts", "ends", "valid_from", "valid_until", "weeks")
    weekdays = {day.weekday() for day in days}
    held = WorkingHours.objects.filter(location=location, weekday__in=weekdays, valid_from__lte=days[-1])
    held = held.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=days[0]))
    found = defaultdict(list)
    for practitioner, *row in held.values_list("practitioner", *names):
        found[practitioner].append(Hours(**dict(zip(names, row, strict=True))))
    return dict(found)
