"""The floor: every table now, who is on it, which stage runs until when, who waits. Initials only.

Read in a number of queries that neither visits nor tables change.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import groupby

from django.db.models import Q

from clinic.models import Location, Table
from desk.days import Day
from desk.rows import late_minutes
from scheduling import sitting
from scheduling.models import COMING, Appointment, Sitting, Status
from sessions import needles

A_DAY = timedelta(days=1)
SOON = timedelta(minutes=2)
EXPECTED = timedelta(minutes=30)  # so long before its start a visit is expected
DIGITS = 9  # tables that a key picks


@dataclass(frozen=True)
class Bed:
    """A table or chair as it is now: free, in use (`sat`), or left and to be turned over.

    `digit` is the key that picks it, `inside` the needles if this user may know, `following` the next visit on it.
    """

    table: Table
    now: datetime
    digit: int | None = None
    visit: Appointment | None = None
    sat: Sitting | None = None
    inside: needles.Needles | None = None
    following: Appointment | None = None

    @property
    def kind(self):
        return "free" if self.sat is None else "left" if self.sat.ended_at else "used"

    @property
    def stage(self):
        return self.visit.stages[self.sat.stage]

    @property
    def after(self):
        """The stage that comes next, or None in the last one."""
        return next(iter(self.visit.stages[self.sat.stage + 1 :]), None)

    @property
    def rests(self):
        """Nobody is with the patient: it is the clock that calls."""
        return self.kind == "used" and not self.stage["practitioner"]

    @property
    def until(self):
        """When the stage is over, or the turnover."""
        if self.kind == "left":
            return self.sat.ended_at + timedelta(minutes=self.visit.turnover_minutes)
        return self.sat.until

    @property
    def is_overdue(self):
        return self.rests and self.until <= self.now

    @property
    def is_soon(self):
        return self.rests and self.now < self.until <= self.now + SOON

    @property
    def current_until(self):
        """When the current on this table is to go off, if one is on and this user may know."""
        return self.inside and self.inside.current_until

    @property
    def has_current_left_on(self):
        return bool(self.current_until and self.current_until <= self.now)

    @property
    def go_on(self):
        """What the button says that ends the running stage."""
        if self.after is None:
            return "Done"
        return "Needles out" if self.rests and self.inside and self.inside.inside else f"Start {self.after['name']}"

    @property
    def facts(self):
        """All that is to be seen of it."""
        shown = (self.table.pk, str(self.table), self.table.room, self.digit, self.kind, told(self.following, self.now))
        if self.sat is None:
            return shown
        went = (self.sat.stage, self.until, self.is_overdue, self.is_soon, self.inside, self.has_current_left_on)
        return (*shown, told(self.visit, self.now), *went)


def told(visit, now):
    """What a line about a visit says: when one of these changes, the page does."""
    if visit is None:
        return None
    who = (visit.pk, initials(visit.patient), visit.practitioner.name, visit.table.name)
    return (*who, visit.status, visit.status_at, visit.starts_at, late_minutes(visit, now), is_expected(visit, now))


@dataclass(frozen=True)
class Floor:
    """One location now."""

    day: Day
    beds: list[Bed]
    waiting: list[Appointment]
    expected: list[Appointment]
    ahead: list[Appointment]

    @property
    def is_idle(self):
        return all(bed.kind == "free" for bed in self.beds)

    @property
    def next(self):
        """The visit that comes first, here already or not."""
        return min([*self.waiting, *self.ahead], key=lambda visit: visit.starts_at, default=None)

    @property
    def facts(self):
        lists = [[told(visit, self.day.now) for visit in row] for row in (self.waiting, self.expected)]
        return (self.day.location.pk, [bed.facts for bed in self.beds], lists, told(self.next, self.day.now))


@dataclass(frozen=True)
class Scene:
    """The floors that somebody looks at; `mark` changes when anything to be seen does."""

    now: datetime
    locations: list[Location]
    floors: list[Floor] = field(default_factory=list)

    @cached_property
    def mark(self):
        return sha256(repr([floor.facts for floor in self.floors]).encode()).hexdigest()[:16]

    def shows(self, visit):
        """Is there a card of a table with this visit on it, or next to it?"""
        beds = [bed for floor in self.floors for bed in floor.beds]
        return any(visit in {bed.visit and bed.visit.pk, bed.following and bed.following.pk} for bed in beds)


def scene(user, now, location=None):
    """The Scene of all locations that have tables, or of one. Eight queries at most."""
    tables = Table.objects.active().filter(location__active=True).select_related("location")
    tables = list(tables.order_by("location", "chair", "name"))
    locations = sorted({table.location for table in tables}, key=lambda place: place.pk)
    chosen = [place for place in locations if location in (None, place.pk)] or locations
    visits = list(around(user, now))
    inside = needles_in(user, visits)
    tables = numbered(table for table in tables if table.location in chosen)
    floors = [floor_of(Day.at(place, now), visits, tables, inside) for place in chosen]
    return Scene(now, locations, floors)


def numbered(tables):
    """{table: the key that picks it, or None}; on one page no key stands for two."""
    return {table: number if number <= DIGITS else None for number, table in enumerate(tables, 1)}


def around(user, now):
    """Whoever is on a table, waits or is expected; and whose table has not been turned over."""
    here = {*COMING, Status.ARRIVED, Status.IN_SESSION}
    left = Q(sitting__ended_at__isnull=False, sitting__ready_at=None)
    visits = Appointment.objects.visible_to(user).starting(now - A_DAY, now + A_DAY)
    related = ("patient", "practitioner", "table__location", "sitting")
    return visits.filter(Q(status__in=here) | left).select_related(*related)


def needles_in(user, visits):
    """{visit: Needles} of the sessions that have begun and that this user may see."""
    running = [visit.pk for visit in visits if visit.status == Status.IN_SESSION]
    if not running or not user.has_perm("clinic_sessions.view_sessionplan"):
        return {}
    return {plan.appointment_id: needles.of(plan) for plan in needles.running(running)}


def floor_of(day, visits, tables, inside):
    here = [visit for visit in visits if visit.location == day.location]
    to_come = sorted((visit for visit in here if day.holds(visit.starts_at)), key=lambda visit: visit.starts_at)
    ahead = [visit for visit in to_come if visit.status in COMING]
    waiting = sorted((visit for visit in to_come if visit.status == Status.ARRIVED), key=lambda visit: visit.status_at)
    tables = {table: digit for table, digit in tables.items() if table.location == day.location}
    beds = beds_of(day, here, tables, inside, following([*waiting, *ahead]))
    return Floor(day, sorted(beds, key=urgency), waiting, [one for one in ahead if is_expected(one, day.now)], ahead)


def following(visits):
    """{table: the visit that comes next on it}; whoever is here comes before whoever is late."""
    ordered = sorted(visits, key=lambda visit: (visit.table_id, visit.status in COMING, visit.starts_at))
    return {table: next(rows) for table, rows in groupby(ordered, key=lambda visit: visit.table_id)}


def beds_of(day, visits, tables, inside, coming):
    """A Bed for each patient on a table, for each table that was left and not taken again, and for each free one."""
    used = [visit for visit in visits if visit.status == Status.IN_SESSION and not seat(visit, day).ended_at]
    taken = {visit.table_id for visit in used}
    left = latest(visit for visit in visits if visit.table_id not in taken and is_left(visit, day))
    busy = taken | {visit.table_id for visit in left}
    for visit in [*used, *left]:
        yield bed(visit.table, day, tables, coming, visit=visit, sat=seat(visit, day), inside=inside.get(visit.pk))
    yield from (bed(table, day, tables, coming) for table in tables if table.pk not in busy)


def bed(table, day, tables, coming, **more):
    return Bed(table, day.now, tables.get(table), following=coming.get(table.pk), **more)


def seat(visit, day):
    return sitting.of(visit, day.now)


def is_left(visit, day):
    """Left today and not turned over; of yesterday's nobody asks any more."""
    sat = getattr(visit, "sitting", None)
    return sat is not None and sat.ended_at is not None and sat.ready_at is None and day.holds(sat.ended_at)


def latest(visits):
    """Of each table the one that was left last."""
    return {visit.table_id: visit for visit in sorted(visits, key=lambda visit: visit.sitting.ended_at)}.values()


def urgency(bed):
    """Overdue first, then the stages that end soonest, then what is to be turned over, then the free ones in order."""
    if bed.kind == "free":
        return (3, bed.now, bed.table.chair, str(bed.table))
    calls = bed.is_overdue or bed.has_current_left_on
    return (0 if calls else 1 if bed.kind == "used" else 2, bed.until, bed.table.chair, str(bed.table))


def is_expected(visit, now):
    return visit.status in COMING and visit.starts_at <= now + EXPECTED


def initials(patient):
    """ "A.O.": the first letter of each name, whatever signs stand before it."""
    names = (patient.given_name, patient.family_name)
    letters = [next((sign for sign in name if sign.isalnum()), "") for name in names]
    return "".join(f"{letter.upper()}." for letter in letters if letter) or "?"
