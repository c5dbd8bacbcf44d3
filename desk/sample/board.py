"""Who is free when, over the whole time of the sample: the same bit sets by which visits are offered and booked."""

from collections import defaultdict
from datetime import timedelta

from clinic.models import TimeOff, WorkingHours
from scheduling import hours, staging
from scheduling.availability import (
    Grid,
    Person,
    Place,
    Shape,
    Why,
    bits,
    person_layers,
    place_layers,
    possible,
    starts,
    table_starts,
)


class Board:
    """Masks of what is taken, by resource and by patient; `grid` runs from the first day to the last, included."""

    def __init__(self, ground, places, first, last):
        self.zone = ground.zone
        self.grid = Grid.over(*(epoch(hours.midnight(day, self.zone)) for day in (first, last + timedelta(days=1))))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.places, self.days = places, days
        self.taken, self.seen = defaultdict(int), defaultdict(int)
        self.read_hours()
        self.read_time_off()

    def read_hours(self):
        """Hours as they stand in the database; again after they were changed."""
        spans = defaultdict(list)
        for row in WorkingHours.objects.all():
            block = hours.Hours(row.weekday, row.starts, row.ends, row.valid_from, row.valid_until, row.weeks)
            spans[row.practitioner_id] += seconds(hours.spans([block], self.days, self.zone))
        self.working = {pk: self.grid.covered(rows) for pk, rows in spans.items()}

    def read_time_off(self):
        self.closed, self.away = 0, defaultdict(int)
        for off in TimeOff.objects.all():
            span = self.grid.touched(seconds([(off.span.lower, off.span.upper)]))
            if off.location_id:
                self.closed |= span
            else:
                self.away[off.resource_id] |= span

    def free(self, want, tables):
        """The cells at which the visit can start, as a mask."""
        shape = Shape.of(want.stages, want.service.turnover_minutes)
        place = Place(
            self.closed,
            tuple((self.taken[table.pk], 0) for table in tables),
            tuple((self.taken[device.pk], 0) for device in self.places.devices),
        )
        at_work = self.working.get(want.practitioner.pk, 0)
        who = Person(at_work, self.grid.all, self.away[want.practitioner.pk], self.taken[want.practitioner.pk])
        layers = place_layers(shape, self.grid, place) | person_layers(shape, self.grid, who)
        layers[Why.PATIENT] = starts(self.grid.all & ~self.seen[want.person.patient.pk], [(0, shape.total)])
        return possible(self.grid, layers)

    def moments(self, mask, first, last):
        """The moments of a mask from `first` until before `last`."""
        low, high = max(self.grid.cell(epoch(first)), 0), self.grid.cell(epoch(last))
        window = mask >> low & ((1 << max(high - low, 0)) - 1)
        return [self.grid.moment(low + cell) for cell in bits(window)]

    def take(self, want, start, tables):
        """Choose the least used free table and unit for a start out of `free`; returns (table, device or None)."""
        shape = Shape.of(want.stages, want.service.turnover_minutes)
        cell = self.grid.cell(epoch(start))
        table = self.least_used(t for t in tables if table_starts(shape, self.grid, self.taken[t.pk], 0) >> cell & 1)
        device = self.least_used(d for d in self.places.devices if self.unit_is_free(d, shape, cell))
        device = device if shape.device else None
        self.hold(want, start, table, device)
        return table, device

    def least_used(self, resources):
        return min(resources, key=lambda one: self.taken[one.pk].bit_count(), default=None)

    def unit_is_free(self, device, shape, cell):
        return starts(self.grid.all & ~self.taken[device.pk], shape.device) >> cell & 1

    def hold(self, want, start, table, device):
        """Mark what the visit takes, turnover and buffer included."""
        end = start + staging.length(want.stages)
        taken = {"practitioner": want.practitioner.pk, "table": table.pk, "device": device and device.pk}
        rests = {
            "turnover": timedelta(minutes=want.service.turnover_minutes),
            "buffer": timedelta(minutes=want.service.buffer_minutes),
        }
        for claim in staging.claims(want.stages, start, **taken, **rests):
            self.taken[claim.resource] |= self.grid.touched(seconds([(claim.start, claim.end + claim.rest)]))
        self.seen[want.person.patient.pk] |= self.grid.touched(seconds([(start, end)]))


def epoch(moment):
    return int(moment.timestamp())


def seconds(spans):
    return [(epoch(start), epoch(end)) for start, end in spans]
