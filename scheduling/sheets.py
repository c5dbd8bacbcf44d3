"""The sheet: where a wished-for visit can start, practitioner by practitioner, layer by layer.

`loading` reads, `availability` computes; here they meet. A sheet costs three queries, whatever the clinic's size.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from clinic.models import Location, Practitioner
from scheduling import availability, loading, staging
from scheduling.availability import CELL, Grid, Person, Place, Shape, Why
from scheduling.hours import days_touched, midnight
from scheduling.hours import spans as hour_spans
from scheduling.licences import missing

BEFORE = timedelta(hours=2)  # the longest turnover, which may reach into the window


@dataclass(frozen=True)
class Wish:
    """What is looked for. With a `visit`, its own stages are placed, as if it were not in the book yet."""

    service: object
    patient: object = None
    practitioner: object = None
    location: object = None
    visit: object = None

    @cached_property
    def stages(self):
        return self.visit.stages if self.visit else staging.snapshot(self.service.stages.all())

    @cached_property
    def shape(self):
        return Shape.of(self.stages, (self.visit or self.service).turnover_minutes)


@dataclass(frozen=True)
class Row:
    """A practitioner at a location: where a visit can start, and when the practitioner is free."""

    practitioner: Practitioner
    location: Location
    who: int
    zone: ZoneInfo
    hours: list
    layers: dict
    possible: int
    free: int


@dataclass(frozen=True)
class Sheet:
    wish: Wish
    grid: Grid
    rows: list[Row]
    past: list  # (practitioner, start) of the patient's latest visits


def load(wish, now, window):
    """The sheet for visits that start not before `now` and in [start, end), which `window` tells for a zone."""
    people = [one for one in loading.practitioners(wish.service) if wish.practitioner in (None, one)]
    places = [one for one in loading.locations() if wish.location in (None, one)]
    if not people or not places:
        return Sheet(wish, Grid(0, 0), [], [])
    windows = {one: window(one.zone) for one in places}
    begin = min(start for start, _ in windows.values()) - BEFORE
    finish = max(end for _, end in windows.values()) + timedelta(
        seconds=(wish.shape.total + wish.shape.turnover) * CELL
    )
    spans = loading.spans(
        people=people,
        places=places,
        start=begin,
        end=finish,
        patient=wish.patient,
        besides=wish.visit,
        now=now,
    )
    grid = Grid.over(*epoch(begin, finish))
    rows = []
    for location, (start, end) in windows.items():
        rows += rows_at(location, wish, grid, people, spans, grid.covered([epoch(max(start, now), end)]))
    return Sheet(wish, grid, rows, spans.past)


def rows_at(location, wish, grid, people, spans, wanted):
    """A row for each practitioner with hours at that location."""
    shape = wish.shape
    shared = {
        **availability.place_layers(shape, grid, place_of(location, grid, spans)),
        Why.PATIENT: availability.runs(grid.all & ~grid.touched(spans.patient), shape.total),
        Why.LATE: wanted,
    }
    days = list(days_touched(grid.moment(0), grid.moment(grid.cells), location.zone))
    for practitioner in people:
        if hours := loading.hours_of(practitioner).get(location.pk):
            person = person_of(practitioner, hours, location, wish.service, days, grid, spans)
            layers = shared | availability.person_layers(shape, grid, person)
            free = person.working & ~person.away & ~person.taken
            yield Row(
                practitioner=practitioner,
                location=location,
                who=practitioner.pk,
                zone=location.zone,
                hours=hours,
                layers=layers,
                possible=availability.possible(grid, layers),
                free=free,
            )


def place_of(location, grid, spans):
    def masks(pks):
        return tuple((grid.touched(spans.taken[pk]), grid.touched(spans.off[pk])) for pk in pks)

    return Place(grid.touched(spans.closed[location.pk]), masks(location.table_ids), masks(location.device_ids))


def person_of(practitioner, hours, location, service, days, grid, spans):
    licences = loading.licences_of(practitioner)
    licensed = [day for day in days if not missing(service.techniques, licences, location.jurisdiction, day)]
    return Person(
        working=grid.covered(epochs(hour_spans(hours, days, location.zone))),
        licensed=grid.covered(epochs(whole_days(licensed, location.zone))),
        away=grid.touched(spans.off[practitioner.pk]),
        taken=grid.touched(spans.taken[practitioner.pk]),
    )


def whole_days(days, zone):
    for day in days:
        yield midnight(day, zone), midnight(day + timedelta(days=1), zone)


def epochs(spans):
    return [epoch(start, end) for start, end in spans]


def epoch(start, end):
    return int(start.timestamp()), int(end.timestamp())
