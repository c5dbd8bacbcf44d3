"""A second place, so that there is one to choose: one table in another time zone, one day a week from today on."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from clinic.models import Location, Table, WorkingHours
from scheduling import staging

from .diary import Visit
from .scene import ACTORS
from .staff import JURISDICTION

NAME = "Sunnyside room"
ZONE = ZoneInfo("America/Denver")
WHO, SERVICE = "Ida", "ac"
OPENS, CLOSES = time(9), time(17)
# days from today: when visits start. What would be over or running was never booked.
STARTS = {0: [time(9, 30), time(11), time(14), time(15, 30)], 7: [time(10), time(13)], 14: [time(11)]}


def open_(ground, staff, services, people, diary):
    """Open the place; returns its visits, each of somebody of whom `diary` has none on that day."""
    there = replace(ground, zone=ZONE)
    table = furnish(there, staff.treating[WHO])
    regulars = [one for one in people if one.past and one.patient.family_name not in ACTORS]
    guests = iter(ground.dice("sunnyside").sample(regulars, len(regulars)))
    busy = {(visit.person, visit.start.astimezone(ZONE).date()) for visit in diary}
    visits = []
    for start in starts(there):
        guest = next(one for one in guests if (one, start.astimezone(ZONE).date()) not in busy)
        visits.append(visit_of(guest, staff.treating[WHO], services[SERVICE], table, start))
    return visits


def furnish(there, practitioner):
    location = Location.objects.create(
        name=NAME,
        address="8 Hilltop Way",
        phone=settings.CLINIC_PHONE,
        zone_name=str(ZONE),
        jurisdiction=JURISDICTION,
    )
    WorkingHours.objects.create(
        practitioner=practitioner,
        location=location,
        weekday=there.today.weekday(),
        starts=OPENS,
        ends=CLOSES,
        valid_from=there.today,
    )
    return Table.objects.create(name="Table 5", room="Front room", location=location)


def starts(there):
    moments = [there.at(there.day(days), start) for days, times in STARTS.items() for start in times]
    return [moment for moment in moments if moment > there.now + timedelta(minutes=5)]


def visit_of(person, practitioner, service, table, start):
    stages = staging.snapshot(service.stages.all())
    return Visit(person, SERVICE, service, practitioner, stages, act="booked", start=start, table=table)
