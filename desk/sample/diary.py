"""The sample clinic's diary: today's scene first, then everybody's course of visits around it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from clinic.models import Device, Practitioner, Service, Table
from scheduling import staging

from .board import Board
from .patients import Person
from .places import work_today
from .scene import ACTORS, acts

PAST, COMING = -56, 28  # days: twelve weeks around today
EVERY = 7  # days between two visits of a course
NEARBY = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6]  # days tried around the one that was asked for
AFTER_SCENE, BEFORE_SCENE = timedelta(minutes=60), timedelta(minutes=250)
TOMORROW = 10  # o'clock
EARLIER_TODAY = 9  # people of a course who were here today already, if there is time
FIRST = {"np": "first", "ac": "first", "dn": "first_dn"}


@dataclass(eq=False)
class Visit:
    """A visit while it is being placed; `act` is its part in today's scene."""

    person: Person
    key: str  # of the service in `offers`
    service: Service
    practitioner: Practitioner
    stages: list[dict]
    act: str = ""
    start: datetime | None = None
    table: Table | None = None
    device: Device | None = None
    opens: bool = False  # the first visit of a course

    @property
    def end(self):
        return self.start + staging.length(self.stages)


def in_order(visits):
    return sorted(visits, key=lambda visit: (visit.start, visit.practitioner.name))


class Diary:
    def __init__(self, ground, staff, places, services, people):
        self.ground, self.staff, self.places, self.services, self.people = ground, staff, places, services, people
        self.stages = {key: staging.snapshot(service.stages.all()) for key, service in services.items()}
        self.dice = ground.dice("diary")
        self.visits = []

    def fill(self):
        """Place everything; returns the visits in the order of their starts."""
        acts = self.cast()
        today = [visit for visit in acts if self.is_today(visit)]
        self.call_in(today)
        self.board = Board(self.ground, self.places, self.ground.day(PAST), self.ground.day(COMING))
        for visit in today:
            self.put(visit, visit.start)
        for visit in acts:
            if visit not in today and visit.start > self.ground.scene:
                self.find(visit, 1, TOMORROW, self.later)
        early = self.dice.sample([one for one in self.people if self.may_come_early(one)], EARLIER_TODAY)
        for one in self.people:
            self.course(one, here_today=one in early)
        return in_order(self.visits)

    def cast(self):
        """The visits of today's scene. Near midnight some do not fit: the late ones come tomorrow, the others never."""
        by_name = {one.patient.family_name: one for one in self.people}
        visits = []
        for start, name, key, first_name, act in acts(self.ground):
            visit = self.want(by_name[name], key, first_name)
            visit.start, visit.act, visit.opens = start, act, not visit.person.past
            visits.append(visit)
        return visits

    def is_today(self, visit):
        return {moment.astimezone(self.ground.zone).date() for moment in (visit.start, visit.end)} == {
            self.ground.today
        }

    def call_in(self, visits):
        """Whoever would not be at work during the scene works today as long as it takes."""
        board = Board(self.ground, self.places, self.ground.today, self.ground.today)
        for practitioner in self.staff.treating.values():
            theirs = [visit for visit in visits if visit.practitioner == practitioner]
            if any(visit.start not in self.possible_today(board, visit) for visit in theirs):
                start, end = theirs[0].start, max(visit.end for visit in theirs)
                work_today(self.ground, self.places.location, practitioner, start, end)

    def want(self, one, key, first_name=None):
        practitioner = self.staff.treating[first_name or one.first_name]
        return Visit(one, key, self.services[key], practitioner, self.stages[key])

    def tables(self, visit):
        return self.places.chairs if visit.key == "cm" else self.places.tables

    def possible_today(self, board, visit):
        return board.moments(board.free(visit, self.tables(visit)), *self.whole(self.ground.today))

    def put(self, visit, start):
        visit.start = start
        visit.table, visit.device = self.board.take(visit, start, self.tables(visit))
        self.visits.append(visit)

    def may_come_early(self, one):
        return one.past and one.patient.family_name not in ACTORS

    def course(self, one, *, here_today):
        """One person's weekly visits: those that were, and those to come."""
        hour = self.dice.choice([8, 9, 10, 11, 13, 14, 15, 16, 17])
        acting = one.patient.family_name in ACTORS
        over = one.past and not acting and not here_today and self.dice.random() < 0.3
        back = self.dice.randint(5, 9) if acting else 0 if here_today else self.last(one, over)
        for number in range(one.past):
            self.find(self.step(one, opens=number == one.past - 1), -back - EVERY * number, hour, self.earlier)
        ahead = self.dice.randint(5, 9) if acting or here_today else -back % EVERY
        for number in range(0 if over else self.dice.choice([1, 2, 2, 3, 3])):
            opens = not (one.past or number or acting)
            self.find(self.step(one, opens=opens), ahead + EVERY * number, hour, self.later)

    def last(self, one, over):
        """How many days ago the latest visit was: lately, or for a course that is over, some weeks ago."""
        return self.dice.randint(8, -PAST - 3 - EVERY * (one.past - 1)) if over else self.dice.randint(1, EVERY)

    def step(self, one, *, opens):
        """A visit of a course. Newcomers open with a first visit; of the others some had theirs somewhere else."""
        new = opens and (not one.past or self.dice.random() < 0.6)
        visit = self.want(one, FIRST.get(one.care, one.care) if new else one.care)
        visit.opens = opens
        return visit

    def find(self, visit, offset, hour, window):
        """Place the visit on the day asked for or near it, close to the hour the person likes best.

        In a week that is full the visit is not made.
        """
        free = self.board.free(visit, self.tables(visit))
        for day in (self.ground.day(offset + days) for days in NEARBY):
            if moments := self.board.moments(free, *window(day)):
                best = self.ground.at(day, time(hour))
                return self.put(visit, min(moments, key=lambda moment, best=best: (abs(moment - best), moment)))
        return None

    def earlier(self, day):
        """When on that day a visit was over before today's scene began."""
        start, end = self.whole(day)
        return start, min(end, self.ground.scene - BEFORE_SCENE)

    def later(self, day):
        """When on that day a visit comes after the people of today's scene."""
        start, end = self.whole(day)
        return max(start, self.ground.scene + AFTER_SCENE), end

    def whole(self, day):
        return self.ground.at(day, time.min), self.ground.at(day + timedelta(days=1), time.min)
