"""What finding a time needs, out of the database in few queries and as plain values.

Three queries for the whole clinic, whatever its size: who with hours and licences, where with tables and units, and
what is taken. Times come as epoch integers: reading 11,000 ranges as ranges costs more than everything after.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Case, F, Func, OuterRef, Value, When
from django.db.models.functions import Cast

from clinic.models import Device, Location, Practitioner, Table, TimeOff
from scheduling.hours import Hours
from scheduling.licences import Licence
from scheduling.models import Appointment, Occupancy

TAKEN, OFF, CLOSED, PATIENT, PAST = range(5)
REMEMBERED = 12  # visits that tell what a patient is used to


@dataclass(frozen=True)
class Spans:
    """(start, end) in epoch seconds by primary key; a table is taken until its turnover is over."""

    taken: dict
    off: dict
    closed: dict
    patient: list
    past: list  # (practitioner, start) of the patient's latest visits


def hours_of(practitioner):
    """{location: [Hours]} of a practitioner out of `with_timetable`."""
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
            )
        )
    return dict(found)


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
    """Everybody who offers the service, with hours and licences."""
    return list(Practitioner.objects.offering(service).with_timetable())


def locations():
    """All locations with `table_ids` and `device_ids` of what can be used there."""
    tables = Table.objects.active().filter(location=OuterRef("pk")).order_by("chair", "pk")
    devices = Device.objects.usable().filter(location=OuterRef("pk")).order_by("pk")
    return list(
        Location.objects.annotate(
            table_ids=ArraySubquery(tables.values("pk")), device_ids=ArraySubquery(devices.values("pk"))
        ).order_by("pk")
    )


def spans(*, resources, start, end, patient=None, besides=None, now):
    """What is taken, off and closed in [start, end), in one query; `besides` is a visit that is about to move."""
    found = {kind: defaultdict(list) for kind in range(5)}
    others = [
        off_rows(resources, start, end),
        closed_rows(start, end),
        *patient_rows(patient, start, end, besides, now),
    ]
    for kind, key, begins, ends in taken_rows(resources, start, end, besides).union(*others, all=True):
        found[kind][key].append((begins, ends))
    return Spans(
        taken=found[TAKEN],
        off=found[OFF],
        closed=found[CLOSED],
        patient=[span for listed in found[PATIENT].values() for span in listed],
        past=[(key, begins) for key, listed in found[PAST].items() for begins, _ in listed],
    )


def seconds(bound):
    """An end of `span` in epoch seconds."""
    moment = Func(F("span"), function=bound)
    return Cast(Func(moment, template="extract(epoch from %(expressions)s)"), BigIntegerField())


def rows(queryset, kind, key, ends=None):
    return queryset.order_by().values_list(Value(kind), F(key), seconds("lower"), ends or seconds("upper"))


def taken_rows(resources, start, end, besides):
    held = Occupancy.objects.filter(resource__in=resources).overlapping(start, end)
    if besides:
        held = held.exclude(appointment=besides)
    rest = Case(When(appointment__table=F("resource"), then=F("appointment__turnover_minutes") * 60), default=0)
    return rows(held, TAKEN, "resource", seconds("upper") + rest)


def off_rows(resources, start, end):
    return rows(TimeOff.objects.filter(resource__in=resources, span__overlap=(start, end)), OFF, "resource")


def closed_rows(start, end):
    return rows(TimeOff.objects.filter(location__isnull=False, span__overlap=(start, end)), CLOSED, "location")


def patient_rows(patient, start, end, besides, now):
    if not patient:
        return []
    visits = Appointment.objects.filter(patient=patient).live()
    latest = visits.filter(starts_at__lt=now).order_by("-starts_at")[:REMEMBERED]
    busy = visits.overlapping(start, end).exclude(pk=besides.pk if besides else None)
    return [rows(busy, PATIENT, "patient"), rows(visits.filter(pk__in=latest.values("pk")), PAST, "practitioner")]
