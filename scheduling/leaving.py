"""Time off and closures. What is booked then is no reason to refuse them: it is listed, and moved (`resettling`)."""

from datetime import time, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Case, Func, OuterRef, Q, Subquery, Value, When

from clinic.errors import ClinicError
from clinic.models import Location, Resource, TimeOff, WorkingHours
from scheduling import undeleting, wording
from scheduling.models import Appointment

LONGEST = timedelta(days=366)


@transaction.atomic
def take_off(*, starts_at, ends_at, by, resource=None, location=None, reason=""):
    """A person, table or unit is away, or a location is closed. The same sent twice is one."""
    if ends_at <= starts_at:
        raise ClinicError("The time off ends before it starts.", field="until_day")
    if ends_at - starts_at > LONGEST:
        raise ClinicError(
            "Time off lasts a year at most. For longer, take them out of use in Settings.", field="until_day"
        )
    whose = {"resource": resource, "location": location}
    lock(resource or location)
    with undeleting.noted(by):
        span = DateTimeTZRange(starts_at, ends_at)
        return TimeOff.objects.get_or_create(**whose, span=span, defaults={"reason": reason})[0]


def lock(whose):
    model = Location if isinstance(whose, Location) else Resource
    model.objects.select_for_update(no_key=True).get(pk=whose.pk)


@transaction.atomic
def come_back(*, time_off, by):
    """End time off, or call it off. Returns the key for `take_off_again`."""
    with undeleting.noted(by) as context:
        TimeOff.objects.filter(pk=time_off.pk).delete()
    return context.id


@transaction.atomic
def take_off_again(*, context, by):
    """Takes `come_back` back. Twice is no mistake."""
    fields = ("resource_id", "location_id", "span", "reason")
    with undeleting.noted(by):
        for one in undeleting.deleted(TimeOff, context):
            kept = {name: getattr(one, name) for name in fields}
            TimeOff.objects.get_or_create(pk=one.pgh_obj_id, defaults=kept)


def visits_in(time_off, now):
    """The coming visits that it hits, wherever in them it begins or ends."""
    at, who = time_off.location_id, time_off.resource_id
    whose = Q(practitioner=who) | Q(table=who) | Q(device=who) if who else Q(table__location=at)
    span = (time_off.span.lower, time_off.span.upper)
    return Appointment.objects.coming().overlapping(*span).filter(whose, starts_at__gt=now)


def coming(now):
    """Time off that is not over, closures first, then people, tables and units; each with `kind` and how many visits it
    `hits`. One query."""
    whose = Q(practitioner=OuterRef("resource")) | Q(table=OuterRef("resource")) | Q(device=OuterRef("resource"))
    inside = Appointment.objects.coming().filter(span__overlap=OuterRef("span"), starts_at__gt=now)
    hits = inside.filter(whose | Q(table__location=OuterRef("location"))).order_by()
    return (
        TimeOff.objects.filter(span__endswith__gt=now)
        .annotate(
            kind=Case(
                When(location__isnull=False, then=Value("Closed")),
                When(resource__practitioner__isnull=False, then=Value("People")),
                When(resource__table__isnull=False, then=Value("Tables")),
                default=Value("Units"),
            ),
            hits=Subquery(hits.annotate(count=Func("pk", function="count")).values("count")),
        )
        .order_by("kind", "location__name", "resource__name", "resource", "span", "pk")
        .select_related("location", "resource__location")
    )


def homes(resources):
    """{primary key: location} in whose time each person's days are told: where they work, by two queries at most."""
    people = [one.pk for one in resources if not one.location_id]
    hours = WorkingHours.objects.filter(practitioner__in=people, location__active=True).select_related("location")
    first = hours.order_by("practitioner_id", "location_id").distinct("practitioner_id")
    found = {row.practitioner_id: row.location for row in first}
    rest = Location.objects.active().order_by("pk").first() if len(found) < len(people) else None
    return {one.pk: one.location or found.get(one.pk, rest) for one in resources}


def told(span, zone):
    """When somebody is away: "Tue 14 May", "Tue 14 May to Fri 17 May", "Tue 14 May, 13:00 to 17:00"."""
    start, end = span.lower.astimezone(zone), span.upper.astimezone(zone)
    if start.time() == end.time() == time.min:
        days = dict.fromkeys([wording.day(start, zone), wording.day(end - timedelta(minutes=1), zone)])
        return " to ".join(days)
    return f"{wording.day(start, zone)}, {wording.clock(start, zone)} to {wording.over(end, start, zone)}"
