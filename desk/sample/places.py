"""Where the sample clinic works: six tables in four rooms of its main place, three e-stim units, hours, days off."""

from dataclasses import dataclass
from datetime import time, timedelta

from django.conf import settings

from clinic.models import Device, Location, Table, TimeOff, Weeks, WorkingHours
from clinic.weeks import week_of
from desk import gaps

from .staff import JURISDICTION

NAME = "Riverside Clinic"
BACK = 20 * 7  # days: hours began this long ago
CLOSED_BACK, CLOSED_AHEAD, AWAY_AHEAD = -24, 16, 9  # days from today

# name, room, a chair of the community room
TABLES = [
    ("Table 1", "Willow room", False),
    ("Table 2", "Cedar room", False),
    ("Table 3", "Maple room", False),
    ("Table 4", "Maple room", False),
    ("Chair 1", "Community room", True),
    ("Chair 2", "Community room", True),
]

# name, model, serial, channels, highest Hz, days until its service is due
DEVICES = [
    ("Unit 1", "Brookline 6", "BL6-20418", 6, 150, 212),
    ("Unit 2", "Brookline 6", "BL6-20433", 6, 150, 9),
    ("Unit 3", "Fernwell Duo", "FD-0077", 2, 100, 96),
]

# first name: (weekdays, Monday is 0, and the blocks worked on them); the break between two blocks is lunch
HOURS = {
    "Kim": [((0, 1, 3, 4), [("08:00", "12:00"), ("13:00", "17:00")])],
    "Roy": [((0, 2), [("07:00", "11:30"), ("12:00", "15:30")]), ((1, 4), [("12:00", "15:30"), ("16:00", "19:00")])],
    "Dana": [((1, 2, 3), [("10:00", "14:00"), ("14:45", "19:00")]), ((4, 5), [("09:00", "12:30"), ("13:15", "16:00")])],
    "Mei": [((2, 3, 4), [("11:00", "15:00"), ("15:30", "19:30")]), ((5,), [("09:00", "14:00")])],
}


ALTERNATE = {("Mei", 5): Weeks.A}  # who works on a weekday in every second week only


@dataclass(frozen=True)
class Places:
    location: Location
    tables: list[Table]
    chairs: list[Table]
    devices: list[Device]


def open_(ground, staff):
    """Make the place and everything in it, with the hours of `staff`."""
    location = Location.objects.create(
        name=NAME,
        address="1 River Street",
        phone=settings.CLINIC_PHONE,
        email="frontdesk@example.com",
        zone_name=str(ground.zone),
        jurisdiction=JURISDICTION,
    )
    tables = [
        Table.objects.create(name=name, room=room, chair=chair, location=location) for name, room, chair in TABLES
    ]
    set_hours(ground, staff, location)
    set_time_off(ground, staff, location)
    return Places(
        location,
        [table for table in tables if not table.chair],
        [table for table in tables if table.chair],
        units(ground, location),
    )


def units(ground, location):
    return [
        Device.objects.create(
            name=name,
            model=model,
            serial=serial,
            channels=channels,
            max_hz=hertz,
            service_due=ground.day(due),
            location=location,
        )
        for name, model, serial, channels, hertz, due in DEVICES
    ]


def set_hours(ground, staff, location):
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=staff.treating[first],
            location=location,
            weekday=weekday,
            weeks=ALTERNATE.get((first, weekday), Weeks.EVERY),
            starts=time.fromisoformat(starts),
            ends=time.fromisoformat(ends),
            valid_from=ground.day(-BACK),
        )
        for first, patterns in HOURS.items()
        for weekdays, blocks in patterns
        for weekday in weekdays
        for starts, ends in blocks
    )


def set_time_off(ground, staff, location):
    """The clinic shut once and will again; Dana is away for three days, Roy for an afternoon."""
    for days, reason in ((CLOSED_BACK, "Floors re-laid"), (CLOSED_AHEAD, "Staff training day")):
        TimeOff.objects.create(location=location, span=whole_days(ground, workday(ground.day(days)), 1), reason=reason)
    away = ground.day(AWAY_AHEAD)
    dana, roy = staff.treating["Dana"], staff.treating["Roy"]
    TimeOff.objects.create(resource=dana, span=whole_days(ground, away, 3), reason="Away")
    noon, evening = (ground.at(ground.day(-6), moment) for moment in (time(12), time(20)))
    TimeOff.objects.create(resource=roy, span=(noon, evening), reason="Course")


def whole_days(ground, first, days):
    midnight = time(0)
    return ground.at(first, midnight), ground.at(first + timedelta(days=days), midnight)


def workday(day):
    """That day, or the Monday after its weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def work_today(ground, location, practitioner, start, end):
    """Hours for today only: the sample day has its scene whenever it is loaded, at night and on a Sunday too.

    Where there are hours already, they stay; hours never overlap.
    """
    today = ground.today
    week = week_of(today)
    rows = practitioner.hours.filter(weekday=today.weekday(), weeks__in=[Weeks.EVERY, week])
    rows = rows.values_list("starts", "ends")
    there = [(ground.at(today, starts), ground.at(today, ends)) for starts, ends in rows]
    nothing = timedelta(0)
    for begins, stops in gaps.free([(start, end)], there, since=start, shortest=nothing):
        if begins < stops:
            WorkingHours.objects.create(
                practitioner=practitioner,
                location=location,
                weekday=today.weekday(),
                weeks=week,
                starts=begins.astimezone(ground.zone).time(),
                ends=stops.astimezone(ground.zone).time(),
                valid_from=today,
                valid_until=today,
            )
