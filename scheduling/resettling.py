"""New times for visits that have to leave theirs, and moving those that are ticked, together.

Whatever is offered to one visit is kept from the others of the same list, so that any choice of theirs fits together.
The places that they leave are offered to nobody: who knows which of them will be ticked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from clinic.errors import ClinicError
from clinic.models import Device, Practitioner, Resource, Table
from patients.models import Patient
from scheduling import booking, staging
from scheduling.models import Appointment, Occupancy
from scheduling.ranking import FARTHEST
from scheduling.vacancies import Vacancies

CHOICES = 3  # for each visit
A_DAY, ANOTHER_WEEKDAY = 30, 14 * 30  # in minutes of another time of day


@dataclass(frozen=True)
class NewTime:
    """With all that the visit would take, so that nothing is left to chance when several move at once."""

    starts_at: datetime
    ends_at: datetime
    practitioner: Practitioner
    table: Table
    device: Device | None

    @property
    def key(self):
        """As a form sends it."""
        device = self.device.pk if self.device else 0
        return f"{self.practitioner.pk}@{int(self.starts_at.timestamp())}@{self.table.pk}@{device}"


def new_times(visits, now):
    """{visit: [NewTime]}, three for each if there are so many, the best first. Seven queries for any number of visits.

    Each visit gets its best before any gets a second: its own practitioner as near as possible to the weekday and hour
    it has now, else a colleague. Then somebody else near the same moment, then another day. The visits come with
    patient, service, and table's location.
    """
    found = {visit: [] for visit in visits}
    vacancies = Vacancies(visits, now) if visits else None
    for fits in (is_any, is_somebody_else, is_another_day, is_another_day):
        for visit in (one for one in visits if len(found[one]) < CHOICES):
            seats = [seat for seat in seats_for(visit, vacancies) if fits(seat, found[visit])]
            if seats:
                new = seated(visit, min(seats), vacancies)
                vacancies.keep(visit, new)
                found[visit].append(new)
    return found


class Seat(NamedTuple):
    """A possible start. The first four fields are its price, the smallest is the best; then it is the earliest."""

    elsewhere: bool
    stranger: bool
    strange: int  # minutes, see `strangeness`
    sooner: bool
    cell: int
    who: int
    place: int
    day: int
    practitioner: Practitioner
    location: object


def seats_for(visit, vacancies):
    for practitioner, location, mask in vacancies.possible(visit):
        there = visit.starts_at.astimezone(location.zone)
        for day, cell in vacancies.nearest_of_each_day(mask, visit, location.zone):
            moment = vacancies.grid.moment(cell).astimezone(location.zone)
            yield Seat(
                elsewhere=location.pk != visit.table.location_id,
                stranger=practitioner.pk != visit.practitioner_id,
                strange=strangeness(there, day, moment),
                sooner=moment < there,
                cell=cell,
                who=practitioner.pk,
                place=location.pk,
                day=day.ordinal,
                practitioner=practitioner,
                location=location,
            )


def strangeness(usual, day, moment):
    """How far from what the patient is used to, in minutes of the day; a day more or less is as bad as half an hour,
    another weekday as bad as two weeks."""
    apart = abs((moment.hour - usual.hour) * 60 + moment.minute - usual.minute)
    days = abs(day.ordinal - usual.date().toordinal())
    return min(apart, A_DAY * FARTHEST) + A_DAY * days + ANOTHER_WEEKDAY * (day.weekday != usual.weekday())


def is_any(seat, found):
    return True


def is_somebody_else(seat, found):
    return all(seat.who != one.practitioner.pk for one in found)


def is_another_day(seat, found):
    zone = seat.location.zone
    return all(seat.day != one.starts_at.astimezone(zone).toordinal() for one in found)


def seated(visit, seat, vacancies):
    start = vacancies.grid.moment(seat.cell)
    return NewTime(
        starts_at=start,
        ends_at=start + staging.length(visit.stages),
        practitioner=seat.practitioner,
        table=vacancies.table_at(visit, seat.location, seat.cell),
        device=vacancies.device_at(visit, seat.location, seat.cell),
    )


@dataclass(frozen=True)
class Move:
    """A ticked row: where the visit is to go, and the revision that the person saw."""

    visit: Appointment
    seen: int
    starts_at: datetime
    practitioner: Practitioner
    table: Table
    device: Device | None


class NotMoved(ClinicError):
    """One visit could not be moved, so that none was. `visit` says which."""

    def __init__(self, visit, refusal):
        super().__init__(f"{getattr(refusal, 'sentence', refusal)} Nothing was moved.")
        self.visit, self.why, self.status = visit, getattr(refusal, "sentence", str(refusal)), refusal.status


@transaction.atomic
def move_all(*, moves, by):
    """All of them or none; returns the visits as they are then. Raises NotMoved for the first that can't be moved."""
    lock([one.visit.pk for one in moves], {thing.pk for one in moves for thing in things(one)})
    return [move(one, by) for one in moves]


def things(move):
    return filter(None, (move.practitioner, move.table, move.device))


def move(one, by):
    try:
        return booking.move(
            visit=one.visit,
            starts_at=one.starts_at,
            practitioner=one.practitioner,
            table=one.table,
            device=one.device,
            seen=one.seen,
            by=by,
        )
    except ClinicError as refusal:
        raise NotMoved(one.visit, refusal) from refusal


def lock(visits, resources):
    """As every verb does, but for many at once: the visits, their patients, then resources, each by primary key."""
    found = Appointment.objects.filter(pk__in=visits)
    patients = list(found.order_by("pk").select_for_update(no_key=True).values_list("patient", flat=True))
    list(Patient.objects.filter(pk__in=patients).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    held = Occupancy.objects.filter(appointment__in=visits).values_list("resource", flat=True)
    wanted = Resource.objects.filter(pk__in={*resources, *held}).order_by("pk")
    list(wanted.select_for_update(no_key=True).values_list("pk"))
