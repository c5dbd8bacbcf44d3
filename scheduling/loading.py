"""What finding a time needs, out of the database in few queries and as plain values.

Three queries for the whole clinic, whatever its size: who with hours and licences, where with tables and units, and
what is taken. The last is in SQL of its own and gives times as epoch integers: for 17,000 spans the ORM's ranges would
cost more than everything that comes after.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time
from functools import reduce
from operator import or_

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from clinic.models import Device, Location, Practitioner, Service, Table
from scheduling.hours import Hours
from scheduling.licences import Licence
from scheduling.models import GONE, Occupancy

TAKEN, OFF, CLOSED, PATIENT, PAST = range(5)
REMEMBERED = 12  # visits that tell what a patient is used to

# A row for each that has spans: what kind (TAKEN, OFF, CLOSED, PATIENT or PAST), whom it is about, starts and ends in
# epoch seconds. Taken includes the rest after it, so %(start)s has to lie as long before the first moment of interest
# as a rest may last. Resources are joined and not listed by ANY, for which the planner would read their whole past by
# the index on the foreign key; so it takes the exclusion constraint's, which has the times.
SPANS = """
SELECT kind, key, array_agg(date_part('epoch', starts)::bigint), array_agg(date_part('epoch', ends)::bigint)
FROM (
    SELECT 0, resource_id, lower(span), upper(span) + rest_minutes * interval '1 minute'
    FROM unnest(%(resources)s::bigint[]) AS wanted (resource_id) JOIN scheduling_occupancy USING (resource_id)
    WHERE span && tstzrange(%(start)s, %(end)s)
        AND (appointment_id IS NULL OR appointment_id IS DISTINCT FROM %(besides)s)
    UNION ALL
    SELECT CASE WHEN location_id IS NULL THEN 1 ELSE 2 END, coalesce(location_id, resource_id), lower(span), upper(span)
    FROM clinic_timeoff
    WHERE span && tstzrange(%(start)s, %(end)s)
    UNION ALL
    SELECT 3, patient_id, starts_at, ends_at
    FROM scheduling_appointment
    WHERE patient_id = %(patient)s AND span && tstzrange(%(start)s, %(end)s)
        AND status <> ALL(%(gone)s) AND id IS DISTINCT FROM %(besides)s
    UNION ALL
    (SELECT 4, practitioner_id, starts_at, ends_at
    FROM scheduling_appointment
    WHERE patient_id = %(patient)s AND starts_at < %(now)s AND status <> ALL(%(gone)s)
    ORDER BY starts_at DESC LIMIT %(remembered)s)
) AS spans (kind, key, starts, ends)
GROUP BY kind, key
"""


@dataclass(frozen=True)
class Spans:
    """(start, end) in epoch seconds by primary key; a table is taken until its turnover is over."""

    taken: dict
    off: dict
    closed: dict
    patient: list
    past: list  # (practitioner, start) of the patient's latest visits


def hours_of(practitioner):
    """{location: tuple of Hours} of a practitioner out of `with_timetable`."""
    found = defaultdict(list)
    for row in practitioner.timetable:
        until = row["valid_until"]
        found[row["location"]].append(
            Hours(
                weekday=row["weekday"],
                starts=time.fromisoformat(row["starts"]),
                ends=time.fromisoformat(row["ends"]),
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_until=date.fromisoformat(until) if until else None,
                weeks=row["weeks"],
            )
        )
    return {location: tuple(rows) for location, rows in found.items()}


def licences_of(practitioner):
    """[Licence] of a practitioner out of `with_timetable`."""
    return [
        Licence(
            jurisdiction=row["jurisdiction"],
            issued=date.fromisoformat(row["issued"]),
            expires=date.fromisoformat(row["expires"]) if row["expires"] else None,
            techniques=frozenset(row["techniques"]),
        )
        for row in practitioner.licences
    ]


def with_timetable(practitioner):
    """The practitioner with hours and licences, which cost a query only if they are not there yet."""
    if hasattr(practitioner, "timetable"):
        return practitioner
    return Practitioner.objects.with_timetable().get(pk=practitioner.pk)


def practitioners(service):
    """Everybody who offers the service, with hours, licences and the minutes of the `shortest` service of theirs."""
    offered = Service.objects.active().filter(practitioners=OuterRef("pk"))
    lengths = offered.annotate(length=Sum("stages__minutes", default=0)).order_by("length").values("length")
    people = Practitioner.objects.offering(service).with_timetable()
    return list(people.annotate(shortest=Coalesce(Subquery(lengths[:1]), 0)))


def locations(spot):
    """Where visits are given, with `table_ids` and `device_ids` of what can be used there for such a `Service.spot`."""
    tables = Table.objects.active().for_spot(spot).filter(location=OuterRef("pk")).order_by("chair", "pk")
    devices = Device.objects.usable().filter(location=OuterRef("pk")).order_by("pk")
    return list(
        Location.objects.active()
        .annotate(table_ids=ArraySubquery(tables.values("pk")), device_ids=ArraySubquery(devices.values("pk")))
        .order_by("pk")
    )


def spans(*, people, places, start, end, patient=None, besides=None, now):
    """What is taken, off and closed in [start, end); `besides` is a visit that is about to move."""
    found = {kind: defaultdict(list) for kind in (TAKEN, OFF, CLOSED, PATIENT, PAST)}
    wanted = {
        "resources": [one.pk for one in people]
        + [pk for place in places for pk in (*place.table_ids, *place.device_ids)],
        "start": start,
        "end": end,
        "patient": patient and patient.pk,
        "besides": besides and besides.pk,
        "gone": sorted(GONE),
        "now": now,
        "remembered": REMEMBERED,
    }
    with connection.cursor() as cursor:
        cursor.execute(SPANS, wanted)
        for kind, key, begins, ends in cursor.fetchall():
            found[kind][key] = list(zip(begins, ends, strict=True))
    return Spans(
        taken=found[TAKEN],
        off=found[OFF],
        closed=found[CLOSED],
        patient=[span for listed in found[PATIENT].values() for span in listed],
        past=[(key, begins) for key, listed in found[PAST].items() for begins, _ in listed],
    )


def held(resources, spans, *, besides=None):
    """{resource: occupancies in order} that touch any of the spans, with their visits, patients and blocks."""
    rows = Occupancy.objects.filter(reduce(or_, (Q(span__overlap=span) for span in spans)), resource__in=resources)
    found = defaultdict(list)
    for one in rows.select_related("appointment__patient", "block").order_by("span"):
        if not besides or one.appointment_id != besides.pk:
            found[one.resource_id].append(one)
    return found
