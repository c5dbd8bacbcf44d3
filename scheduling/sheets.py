"""The sheet: where a wished-for visit can start, practitioner by practitioner, layer by layer.

`loading` reads, `availability` computes; here they meet. A sheet costs three queries, whatever the clinic's size.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

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
    hours: list
    layers: dict = field(repr=False)
    possible: int = field(repr=False)
    free: int = field(repr=False)

    @property
    def who(self):
        return self.practitioner.pk

    @property
    def zone(self):
        return self.location.zone


@dataclass(frozen=True)
class Sheet:
    wish: Wish
    grid: Grid
    rows: list[Row]
    locations: list[Location]
    past: list  # (practitioner, start) of the patient's latest visits


def load(wish, *, start, end, now):
    """The sheet for visits that start in [start, end) and not before `now`."""
    people = [p for p in loading.practitioners(wish.service) if wish.practitioner in (None, p)]
    places = [p for p in loading.locations() if wish.location in (None, p)]
    begin = start - BEFORE
    finish = end + timedelta(seconds=(wish.shape.total + wish.shape.turnover) * CELL)
    spans = loading.spans(
        resources=[p.pk for p in people] + [pk for p in places for pk in (*p.table_ids, *p.device_ids)],
        start=begin,
        end=finish,
        patient=wish.patient,
        besides=wish.visit,
        now=now,
    )
    grid = Grid.over(int(begin.timestamp()), int(finish.timestamp()))
    wanted = grid.covered([(int(max(start, now).timestamp()), int(end.timestamp()))])
    rows = [row for place in places for row in rows_at(place, wish, grid, people, spans, wanted)]
    return Sheet(wish, grid, rows, places, spans.past)


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
            yield Row(practitioner, location, hours, layers, availability.possible(grid, layers), free)


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


def epochs(moments):
    return [(int(start.timestamp()), int(end.timestamp())) for start, end in moments]
