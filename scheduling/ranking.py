"""Which free times are good ones. Pure: rows are anything with the masks `possible` and `free`, `useful` cells (the
length of the shortest gap that is of use), `who` and `zone`."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from scheduling.availability import CELL, bits, edges, last_bit
from scheduling.hours import days_touched, midnight

AN_HOUR = 3600 // CELL
HALF_AN_HOUR = 1800 // CELL
A_QUARTER = 900 // CELL
FARTHEST = 7  # half hours from the usual time of day: beyond that it is just another time of day


@dataclass(frozen=True)
class Habit:
    """With whom and when a patient usually comes: the weekday, and the minute of the day in the location's zone."""

    who: int
    weekday: int
    minute: int

    @classmethod
    def of(cls, past, zone):
        """From (practitioner, start in epoch seconds) of past visits; where two are as usual, the later one counts."""
        if not past:
            return None
        latest_first = sorted(past, key=lambda visit: -visit[1])
        visits = [(who, datetime.fromtimestamp(start, zone)) for who, start in latest_first]
        who = commonest(who for who, _ in visits)
        weekday, minute = commonest((at.weekday(), at.hour * 60 + at.minute) for _, at in visits)
        return cls(who, weekday, minute)


def commonest(values):
    return Counter(values).most_common(1)[0][0]


@dataclass(frozen=True)
class Day:
    """A calendar day of a zone on the grid: cells [first, first + length)."""

    ordinal: int
    weekday: int
    first: int
    length: int


@lru_cache(maxsize=64)
def days_of(grid, zone):
    """The days of a zone that the grid touches, the first and the last perhaps in part."""
    end = grid.moment(grid.cells)
    found = []
    for day in days_touched(grid.moment(0), end, zone):
        first = max(grid.cell(midnight(day, zone).timestamp()), 0)
        found.append((day, first))
    stops = [first for _, first in found[1:]] + [grid.cells]
    return [
        Day(day.toordinal(), day.weekday(), first, stop - first)
        for (day, first), stop in zip(found, stops, strict=True)
    ]


def best(rows, grid, total, past, *, limit, a_day):
    """The best (row, cell), best first; at most `a_day` of a day unless there are too few others.

    First what the patient is used to (practitioner, then weekday, then hour), then the earliest day, and on it the
    starts that leave no gap too short for the practitioner's shortest visit. Two times of one practitioner are at least
    half an hour apart.
    """
    scored = sorted(
        score for place, row in enumerate(rows) for score in row_scores(place, row, grid, total, past, limit)
    )
    chosen, spare, per_day = [], [], Counter()
    for score in scored:
        if len(chosen) == limit:
            break
        roomy = per_day[score.day] < a_day
        (chosen if roomy else spare).append(score)
        per_day[score.day] += roomy
    return [(rows[score.place], score.cell) for score in (chosen + spare)[:limit]]


def spaced(scores, limit):
    """The `limit` best of one day that lie half an hour apart."""
    chosen = []
    for score in sorted(scores):
        if len(chosen) < limit and all(abs(score.cell - other.cell) >= HALF_AN_HOUR for other in chosen):
            chosen.append(score)
    return chosen


class Score(NamedTuple):
    """Smaller is better."""

    strange: int
    day: int
    loose: int
    cell: int
    place: int


def row_scores(place, row, grid, total, past, limit):
    """The scores of the `limit` best starts of each day."""
    habit, hours = Habit.of(past, row.zone), every(grid, AN_HOUR)
    for day in days_of(grid, row.zone):
        window = (1 << day.length) - 1
        open_ = row.possible >> day.first & window
        if not open_:
            continue
        free, strange = row.free >> day.first & window, strangeness(habit, row.who, day.weekday)
        good = open_ & (edges(open_) | hours >> day.first | around(habit, open_))
        scores = [
            Score(
                strange=strange + lateness(habit, cell),
                day=day.ordinal,
                loose=looseness(free, cell, total, row.useful),
                cell=day.first + cell,
                place=place,
            )
            for cell in bits(good)
        ]
        yield from spaced(scores, limit)


def strangeness(habit, who, weekday):
    """0 what the patient is used to; the practitioner counts more than the weekday, and that more than the hour."""
    return 4 * FARTHEST * (who != habit.who) + 2 * FARTHEST * (weekday != habit.weekday) if habit else 0


def lateness(habit, cell):
    """Half hours between a cell of the day and the usual time of day."""
    return min(abs(cell * CELL // 60 - habit.minute) // 30, FARTHEST) if habit else 0


def around(habit, open_):
    """The open start that is nearest to the usual time of day, or none."""
    if habit is None:
        return 0
    cell = habit.minute * 60 // CELL
    after = open_ >> cell << cell
    return (after & -after) or open_ & (1 << open_.bit_length() >> 1)


def looseness(free, cell, total, useful):
    """How badly a visit sits in its practitioner's free time: 0 touching a neighbour … 5 two useless gaps."""
    before = cell - (~free & ((1 << cell) - 1)).bit_length()
    taken = ~free >> (cell + total)
    after = (taken & -taken).bit_length() - 1
    useless = (0 < before < useful) + (0 < after < useful)
    return 2 * useless + (before > 0 and after > 0)


@lru_cache(maxsize=16)
def every(grid, cells):
    """The cells of the grid that begin on multiples of `cells`; zones differ by whole quarters of an hour."""
    first = -(grid.origin // CELL) % cells
    return sum(1 << cell for cell in range(first, grid.cells, cells))


def nearest(rows, grid, cell, count):
    """The `count` (row, cell) nearest to a wanted cell, a quarter of an hour apart, in the order of time."""
    found = sorted(
        (abs(start - cell), start, place) for place, row in enumerate(rows) for start in close(row.possible, grid, cell)
    )
    chosen = []
    for _, start, place in found:
        if len(chosen) < count and all(abs(start - other) >= A_QUARTER for other, _ in chosen):
            chosen.append((start, place))
    return [(rows[place], start) for start, place in sorted(chosen)]


def close(possible, grid, cell, enough=16):
    """Good starts before and after a cell, nearest first: on the quarter, touching a neighbour, or just there."""
    cell = max(cell, 0)
    good = possible & (edges(possible) | every(grid, A_QUARTER) | 1 << cell)
    yield from (cell + later for later in islice(bits(good >> cell), enough))
    yield from islice(backwards(good, cell), enough)


def backwards(mask, cell):
    while (cell := last_bit(mask, cell)) is not None:
        yield cell
