"""Another time for a patient's own visit: until when, which there are, and taking one.

What `scheduling` says no with is for the front desk and may name other patients. A patient reads the phrase that
`StaysPut` names, in the patient's own language.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction

from clinic.errors import ClinicError
from clinic.models import Practitioner
from clinic.saying import when
from scheduling import attending, availability, finding, moving, sheets
from scheduling.availability import Why
from scheduling.errors import BadTime, Moved, NotLicensed, OutOfHours, SlotTaken
from scheduling.models import COMING
from scheduling.sheets import Wish

AHEAD = timedelta(days=7)  # what one page shows
FARTHEST = timedelta(weeks=12)
A_DAY = 6  # times of one day
AN_HOUR = timedelta(hours=1)
A_MOMENT = timedelta(minutes=1)
TAKEN = {Why.BUSY, Why.TABLES, Why.DEVICES}


class StaysPut(ClinicError):
    """The visit stays where it is. `phrase` is the name of why, in reminders/phrases.py."""

    def __init__(self, phrase):
        super().__init__("Nothing was changed.")
        self.phrase = phrase


def last_moment(visit):
    """Until then a visit can be cancelled or changed online, free of charge."""
    return visit.starts_at - timedelta(hours=visit.location.cancel_hours)


def in_time(visit, now):
    return now <= last_moment(visit)


@dataclass(frozen=True)
class Days:
    """The days on which a page of times can begin, in the zone of the visit's place."""

    today: date
    usual: date
    last: date

    @classmethod
    def of(cls, visit, now):
        """Usually the visit is in the middle of the page, but for the past."""
        today, its_day = now.astimezone(visit.zone).date(), visit.starts_at.astimezone(visit.zone).date()
        return cls(today, max(today, its_day - AHEAD / 2), max(today, its_day) + FARTHEST - AHEAD)

    def nearest(self, day):
        return min(max(day or self.usual, self.today), self.last)


def times(*, visit, start, now, anybody=False):
    """The free times from that day on, in their order: with the visit's practitioner, and perhaps with anybody else."""
    found = {
        (free.starts_at, free.practitioner): free
        for practitioner in (visit.practitioner, *[None] * anybody)
        for free in finding.free_times(
            start=start,
            days=AHEAD.days,
            now=now,
            limit=AHEAD.days * A_DAY,
            a_day=A_DAY,
            practitioner=practitioner,
            **wish(visit),
        )
    }
    found.pop((visit.starts_at, visit.practitioner), None)
    return sorted(found.values(), key=lambda free: (free.starts_at, free.practitioner.name))


def by_day(times, visit, now):
    """[(day, [(time of day, FreeTime)])] as the patient reads them."""

    def told(free):
        return when(free.starts_at, zone=visit.zone, language=visit.patient.language, now=now)

    pairs = [(told(free), free) for free in times]
    return [
        (day, [(said.time, free) for said, free in one_day])
        for day, one_day in groupby(pairs, key=lambda pair: pair[0].day)
    ]


def wish(visit):
    """At the same place: another town would be another visit."""
    return {
        "service": visit.service,
        "patient": visit.patient,
        "visit": visit,
        "location": visit.location,
        "online": True,
    }


def others_offer_it(visit):
    return Practitioner.objects.offering(visit.service).exclude(pk=visit.practitioner_id).exists()


def refuse(*, visit, practitioner, starts_at, now):
    """Raise StaysPut if the visit can't be then. Without a lock: the verb asks again, all but the notice."""
    if not now <= starts_at < max(now, visit.starts_at) + FARTHEST:
        raise StaysPut("no_such_time")
    if why := obstacle(visit, practitioner, starts_at, now):
        raise StaysPut("taken" if why in TAKEN else "no_such_time")


def obstacle(visit, practitioner, starts_at, now):
    """Why the visit can't start then with that practitioner; None if it can."""
    wanted = Wish(practitioner=practitioner, **wish(visit))
    sheet = sheets.load(wanted, now, lambda zone: (starts_at, starts_at + AN_HOUR))
    if not sheet.rows:
        return Why.HOURS
    [row] = sheet.rows
    found = availability.obstacle(sheet.grid, row.layers, sheet.grid.cell(starts_at.timestamp()))
    return found and found[0]


def change(*, visit, practitioner, starts_at, now):
    """The patient takes another time: the new one is claimed before the old one is let go, in one transaction. Whoever
    has just chosen a time is not asked whether they come: the visit is confirmed with it.

    Raises StaysPut, and Moved if the visit is no longer as the patient's page showed it.
    """
    if visit.status in COMING and not in_time(visit, now):
        raise StaysPut("too_late_to_change")
    refuse(visit=visit, practitioner=practitioner, starts_at=starts_at, now=now)
    try:
        with transaction.atomic():
            moved = moving.move(
                visit=visit, practitioner=practitioner, starts_at=starts_at, by=None, seen=visit.revision
            )
            return attending.confirm(visit=moved, by=None, seen=moved.revision)
    except Moved:
        raise
    except SlotTaken:
        raise StaysPut("taken") from None
    except (BadTime, OutOfHours, NotLicensed):
        raise StaysPut("no_such_time") from None
    except ClinicError:
        raise StaysPut("not_online") from None


def has_just_put(visit, *, practitioner, starts_at, now):
    """Has the patient moved the visit right there, a moment ago? So long a second press is of the same hand."""
    there = (visit.practitioner, visit.starts_at) == (practitioner, starts_at)
    return there and visit.placed_by_id is None and now < visit.placed_at + A_MOMENT
