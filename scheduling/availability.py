"""Free and busy time as integers used as bit sets, a bit for each five minutes. Pure: no ORM, no clock.

Bit `n` of a mask is the cell of five minutes that begins `n` cells after the grid's origin. A visit is a sequence of
stages with what each needs; it can start where all the layers (closed, hours, busy, tables, …) have their bit.
Erosion makes such a layer: of a free mask only those bits stay from which enough free cells follow. Shifted by
a stage's offset, it tells where the whole visit may start. Integers of 4,000 bits make this a matter of microseconds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import reduce
from operator import and_, or_

CELL = 300  # seconds


class Why(Enum):
    """Why a visit cannot start at a cell, in the order in which people want to be told."""

    LATE = "late"  # the time has passed
    NOTICE = "notice"  # too soon to be booked through a link
    CLOSED = "closed"  # the location is closed
    HOURS = "hours"  # outside working hours
    AWAY = "away"  # the practitioner has time off
    LICENCE = "licence"  # not licensed for it on that day
    PATIENT = "patient"  # the patient has another visit
    BUSY = "busy"  # the practitioner is with somebody else
    TABLES = "tables"  # no table is free throughout
    DEVICES = "devices"  # no unit is free when it is needed


@dataclass(frozen=True)
class Grid:
    """`cells` cells of five minutes from `origin` (epoch seconds, a multiple of CELL)."""

    origin: int
    cells: int

    @classmethod
    def over(cls, start, end):
        """The grid that covers [start, end), given as epoch seconds."""
        origin = start // CELL
        return cls(origin * CELL, -(-end // CELL) - origin)

    @property
    def all(self):
        return (1 << self.cells) - 1

    def cell(self, seconds):
        """The cell in which that moment lies; it may lie outside the grid."""
        return (int(seconds) - self.origin) // CELL

    def moment(self, cell):
        return datetime.fromtimestamp(self.origin + cell * CELL, UTC)

    def touched(self, spans):
        """Cells that any of the half-open (start, end) touches: for what is taken, rounded outward."""
        return self._union([(start // CELL, -(-end // CELL)) for start, end in spans])

    def covered(self, spans):
        """Cells that lie wholly in one of the spans: for what is open, rounded inward."""
        return self._union([(-(-start // CELL), end // CELL) for start, end in spans])

    def _union(self, runs):
        """The cells of all runs [first, stop), counted from the epoch."""
        origin, mask = self.origin // CELL, 0
        for first, stop in runs:
            first = first - origin if first > origin else 0
            if first < stop - origin:
                mask |= ((1 << (stop - origin - first)) - 1) << first
        return mask & self.all


@dataclass(frozen=True)
class Shape:
    """What a visit needs, in cells from its start: runs of (offset, length).

    The table rests for `turnover` cells afterwards; the practitioner's last run includes the buffer.
    """

    total: int
    practitioner: tuple[tuple[int, int], ...]
    device: tuple[tuple[int, int], ...]
    turnover: int = 0

    @classmethod
    def of(cls, stages, turnover_minutes=0, buffer_minutes=0):
        """From stages as `staging.snapshot` makes them; minutes that are no multiple of five are rounded outward."""
        ends, minutes = [], 0
        for stage in stages:
            minutes += stage["minutes"]
            ends.append((stage, minutes - stage["minutes"], minutes))
        people = [(start, end) for stage, start, end in ends if stage["practitioner"]]
        people[-1:] = [(start, end + buffer_minutes) for start, end in people[-1:]]
        return cls(
            total=-(-minutes // 5),
            practitioner=in_cells(people),
            device=in_cells((start, end) for stage, start, end in ends if stage["device"]),
            turnover=-(-turnover_minutes // 5),
        )

    @property
    def reach(self):
        """How many cells from its start a visit has a say in, rests included."""
        return max(self.total + self.turnover, *(offset + length for offset, length in self.practitioner), 0)


def in_cells(spans):
    """Runs of (offset, length) that cover the (start, end) in minutes."""
    return tuple((start // 5, -(-end // 5) - start // 5) for start, end in spans)


def runs(mask, length):
    """The bits from which `length` bits in a row are set, this one included."""
    have = 1
    while have < length:
        step = min(have, length - have)
        mask &= mask >> step
        have += step
    return mask


def starts(free, needs):
    """The cells at which a visit can start whose `needs`, runs of (offset, length), must all be free."""
    return reduce(and_, (runs(free, length) >> offset for offset, length in needs), -1)


@dataclass(frozen=True)
class Place:
    """A location: when it is open, and its tables and units as (taken, away) masks.

    A table is taken until its turnover is over.
    """

    closed: int
    tables: tuple[tuple[int, int], ...]
    devices: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Person:
    """A practitioner at one location."""

    working: int
    licensed: int
    away: int
    taken: int


def place_layers(shape, grid, place):
    """Where the location itself lets a visit start: {Why: mask of starts}."""
    return {
        Why.CLOSED: runs(grid.all & ~place.closed, shape.total),
        Why.TABLES: reduce(or_, (table_starts(shape, grid, *table) for table in place.tables), 0),
        Why.DEVICES: reduce(or_, (device_starts(shape, grid, *device) for device in place.devices), 0)
        if shape.device
        else grid.all,
    }


def table_starts(shape, grid, taken, away):
    """A table is held throughout and rests afterwards; that rest may reach into time off, not into the next visit."""
    return runs(grid.all & ~taken, shape.total + shape.turnover) & runs(grid.all & ~away, shape.total)


def device_starts(shape, grid, taken, away):
    """A unit is taken in the stages that need it only; it is in the house from the first minute to the last."""
    return starts(grid.all & ~taken, shape.device) & runs(grid.all & ~away, shape.total)


def person_layers(shape, grid, person):
    """Where a practitioner lets a visit start. Hours hold throughout: nobody rests on needles in an empty clinic."""
    return {
        Why.HOURS: runs(person.working, shape.total),
        Why.AWAY: runs(grid.all & ~person.away, shape.total),
        Why.LICENCE: runs(person.licensed, shape.total),
        Why.BUSY: starts(grid.all & ~person.taken, shape.practitioner),
    }


def possible(grid, layers):
    """The cells at which a visit can start."""
    return reduce(and_, layers.values(), grid.all)


def obstacle(grid, layers, cell):
    """Why a visit cannot start at that cell, and the first cell from which this would not stand in its way.

    (Why, cell or None), or None if nothing stands in its way. Outside the grid nothing is known: ValueError.
    """
    if not 0 <= cell < grid.cells:
        raise ValueError("the time is not on the grid")
    for why in Why:
        mask = layers.get(why, grid.all)
        if not mask >> cell & 1:
            return why, next_bit(mask, cell)
    return None


def next_bit(mask, cell):
    """The first set bit at or after `cell`, or None."""
    rest = mask >> cell
    return cell + (rest & -rest).bit_length() - 1 if rest else None


def last_bit(mask, cell):
    """The last set bit before `cell`, or None."""
    return (mask & ((1 << cell) - 1)).bit_length() - 1 if mask & ((1 << cell) - 1) else None


def bits(mask):
    """The cells whose bit is set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def edges(mask):
    """The first and the last cell of every run: visits there touch what is beside them."""
    return mask & ~((mask << 1) & (mask >> 1))
