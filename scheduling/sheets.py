"""The sheet: where a wished-for visit can start, practitioner by practitioner, layer by layer.

`loading` reads, `availability` computes; here they meet. A sheet costs three queries, whatever the clinic's size.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from clinic.models import Location, Practitioner
from scheduling import availability, loading, staging
from scheduling.availability import CELL, Grid, Person, Place, Shape, Why
from scheduling.hours import days_touched, midnight
from scheduling.hours import spans as hour_spans
from scheduling.licences import missing

BEFORE = timedelta(hours=2)  # the longest rest, which may reach into the window


@dataclass(frozen=True)
class Wish:
    """What is looked for; what is left open may be any. With a `visit`, its own stages are placed, as if it were not
    in the book yet.

    `online` is for patients with a link: only what can be booked that way, and not at the last minute. A visit that
    they have already they may move that way, whatever its service.
    """

    service: object
    patient: object = None
    practitioner: object = None
    location: object = None
    visit: object = None
    online: bool = False
    table: object = None
    device: object = None

    @cached_property
    def stages(self):
        return self.visit.stages if self.visit else staging.snapshot(self.service.stages.all())

    @cached_property
    def shape(self):
        return Shape.of(self.stages, self.kept.turnover_minutes, self.kept.buffer_minutes)

    @property
    def kept(self):
        """What tells how long is kept free after the visit."""
        return self.visit or self.service

    @property
    def offered(self):
        """A visit that is in the book moves, whatever became of its service."""
        return bool(self.visit) or (self.service.active and (self.service.bookable_online or not self.online))

    @property
    def notice(self):
        return timedelta(minutes=self.service.notice_minutes if self.online else 0)


@dataclass(frozen=True)
class Row:
    """A practitioner at a location: where a visit can start, and when the practitioner is free.

    A gap of `useful` cells is long enough for the shortest service of the practitioner.
    """

    practitioner: Practitioner
    location: Location
    who: int
    zone: ZoneInfo
    hours: tuple
    layers: dict
    possible: int
    free: int
    useful: int


@dataclass(frozen=True)
class Sheet:
    wish: Wish
    grid: Grid
    rows: list[Row]
    past: list  # (practitioner, start) of the patient's latest visits
    asked: tuple = ()  # the moments of which somebody will be told why not

    @cached_property
    def held(self):
        """{practitioner: occupancies} around the moments that are asked about: read when the first of them is told."""
        ahead = timedelta(seconds=self.wish.shape.reach * CELL)
        near = [(moment - BEFORE, moment + ahead) for moment in self.asked]
        return loading.held({row.who for row in self.rows}, near, besides=self.wish.visit)


def load(wish, now, window, asked=()):
    """The sheet for visits that start not before `now` and in [start, end), which `window` tells for a zone."""
    people = [one for one in loading.practitioners(wish.service) if wish.practitioner in (None, one)]
    places = [one for one in loading.locations(wish.service.spot) if wish.location in (None, one)]
    if not (people and places and wish.offered and wish.stages):
        return Sheet(wish, Grid(0, 0), [], [], asked)
    windows = {one: window(one.zone) for one in places}
    begin = min(start for start, _ in windows.values()) - BEFORE
    finish = max(end for _, end in windows.values()) + timedelta(seconds=wish.shape.reach * CELL)
    spans = loading.spans(
        people=people,
        places=places,
        start=begin,
        end=finish,
        patient=wish.patient,
        besides=wish.visit,
        now=now,
    )
    return lay_out(wish, now, Grid.over(*epoch(begin, finish)), people, windows, spans, asked)


def lay_out(wish, now, grid, people, windows, spans, asked=()):
    """The sheet of what was read; `windows` are {location: (start, end)} in which visits may start."""
    timetables = [(one, loading.hours_of(one)) for one in people]
    rows = []
    for location, (start, end) in windows.items():
        soon = {
            Why.LATE: grid.covered([epoch(max(start, now), end)]),
            Why.NOTICE: grid.covered([epoch(max(start, now + wish.notice), end)]),
        }
        rows += rows_at(location, wish, grid, timetables, spans, soon)
    return Sheet(wish, grid, rows, spans.past, asked)


def rows_at(location, wish, grid, timetables, spans, soon):
    """A row for each practitioner with hours at that location; `soon` are the layers of what is not too soon."""
    shape = wish.shape
    shared = soon | {
        **availability.place_layers(shape, grid, place_of(location, wish, grid, spans)),
        Why.PATIENT: availability.runs(grid.all & ~grid.touched(spans.patient), shape.total),
    }
    for practitioner, hours in timetables:
        if there := hours.get(location.pk):
            person = person_of(practitioner, there, location, wish.service, grid, spans)
            layers = shared | availability.person_layers(shape, grid, person)
            yield Row(
                practitioner=practitioner,
                location=location,
                who=practitioner.pk,
                zone=location.zone,
                hours=there,
                layers=layers,
                possible=availability.possible(grid, layers),
                free=person.working & ~person.away & ~person.taken,
                useful=-(-practitioner.shortest * 60 // CELL),
            )


def place_of(location, wish, grid, spans):
    def masks(pks, named):
        wanted = [pk for pk in pks if named is None or pk == named.pk]
        return tuple((grid.touched(spans.taken[pk]), grid.touched(spans.off[pk])) for pk in wanted)

    return Place(
        grid.touched(spans.closed[location.pk]),
        masks(location.table_ids, wish.table),
        masks(location.device_ids, wish.device),
    )


def person_of(practitioner, hours, location, service, grid, spans):
    licences = tuple(loading.licences_of(practitioner))
    return Person(
        working=working(hours, grid, location.zone),
        licensed=licensed(licences, tuple(service.techniques), location.jurisdiction, grid, location.zone),
        away=grid.touched(spans.off[practitioner.pk]),
        taken=grid.touched(spans.taken[practitioner.pk]),
    )


@lru_cache(maxsize=512)  # many work the same hours, and the next search is about the same days
def working(hours, grid, zone):
    return grid.covered(epochs(hour_spans(hours, days(grid, zone), zone)))


@lru_cache(maxsize=512)
def licensed(licences, techniques, jurisdiction, grid, zone):
    covered = [day for day in days(grid, zone) if not missing(techniques, licences, jurisdiction, day)]
    return grid.covered(epochs((midnight(day, zone), midnight(day + timedelta(days=1), zone)) for day in covered))


def days(grid, zone):
    return days_touched(grid.moment(0), grid.moment(grid.cells), zone)


def epochs(spans):
    return [epoch(start, end) for start, end in spans]


def epoch(start, end):
    return int(start.timestamp()), int(end.timestamp())
