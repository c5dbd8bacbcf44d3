"""The bit sets against the same questions asked minute by minute, cell by cell, the slow and obvious way.

First their parts, then the whole answer for whole clinics (`slowly`), and at last against booking itself.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.errors import ClinicError
from clinic.models import Spot
from scheduling import booking, loading, sheets
from scheduling.availability import (
    CELL,
    Grid,
    Person,
    Place,
    Shape,
    Why,
    bits,
    edges,
    last_bit,
    next_bit,
    obstacle,
    person_layers,
    place_layers,
    possible,
    runs,
    starts,
)
from tests.scheduling import slowly
from tests.scheduling.building import build

steady = settings(deadline=None, derandomize=True)  # slow machines are no failures, and every run tries the same
CELLS = 60
GRID = Grid(1_905_000_000, CELLS)
masks = st.integers(0, (1 << CELLS) - 1)
mostly_free = st.lists(st.integers(0, CELLS - 1), max_size=8).map(lambda cells: sum(1 << cell for cell in set(cells)))
spans = st.lists(
    st.tuples(st.integers(-4000, CELLS * CELL + 4000), st.integers(1, 5000)).map(
        lambda pair: (GRID.origin + pair[0], GRID.origin + sum(pair))
    ),
    max_size=6,
)


@st.composite
def visits(draw):
    flags = st.booleans()
    return [
        {"name": "x", "minutes": minutes, "practitioner": draw(flags), "device": draw(flags)}
        for minutes in draw(st.lists(st.integers(5, 40), min_size=1, max_size=4))
    ]


def cells_of(stages, need=None):
    """The cells, from the visit's start, that stages with the need touch, minute by minute."""
    touched, minute = set(), 0
    for stage in stages:
        for _ in range(stage["minutes"]):
            if need is None or stage[need]:
                touched.add(minute // 5)
            minute += 1
    return touched


def fits(cells, start, taken):
    return all(start + cell < CELLS and not taken >> start + cell & 1 for cell in cells)


@steady
@given(spans)
def test_what_touches_a_cell_takes_it(busy):
    mask = GRID.touched(busy)

    for cell in range(CELLS):
        begin, end = GRID.origin + cell * CELL, GRID.origin + (cell + 1) * CELL
        assert mask >> cell & 1 == any(start < end and begin < stop for start, stop in busy)
    assert mask <= GRID.all


@steady
@given(spans)
def test_only_a_cell_that_lies_wholly_in_one_span_is_open(open_spans):
    mask = GRID.covered(open_spans)

    for cell in range(CELLS):
        begin, end = GRID.origin + cell * CELL, GRID.origin + (cell + 1) * CELL
        assert mask >> cell & 1 == any(start <= begin and end <= stop for start, stop in open_spans)


@steady
@given(masks, st.integers(1, CELLS))
def test_a_run_begins_where_enough_free_cells_follow(mask, length):
    slow = sum(1 << n for n in range(CELLS) if all(mask >> n + i & 1 for i in range(length)))

    assert runs(mask, length) == slow


@steady
@given(visits(), mostly_free, mostly_free, mostly_free, mostly_free, mostly_free, mostly_free, st.integers(0, 30))
def test_a_visit_can_start_exactly_where_everything_it_needs_is_free(
    stages, closed, not_working, busy, one_table, other_table, unit, turnover
):
    shape = Shape.of(stages, turnover)
    place = Place(closed, ((one_table, 0), (other_table, closed)), ((unit, 0),))
    person = Person(working=GRID.all & ~not_working, licensed=GRID.all, away=0, taken=busy)

    found = possible(GRID, place_layers(shape, GRID, place) | person_layers(shape, GRID, person))

    whole, rest = cells_of(stages), range(shape.total, shape.total + shape.turnover)
    for start in range(CELLS):
        expected = (
            fits(whole, start, closed | not_working)
            and fits(cells_of(stages, "practitioner"), start, busy)
            and (not cells_of(stages, "device") or fits(cells_of(stages, "device"), start, unit))
            and (
                fits({*whole, *rest}, start, one_table)
                or (fits({*whole, *rest}, start, other_table) and fits(whole, start, closed))
            )
        )
        assert bool(found >> start & 1) == expected, start


@steady
@given(visits(), mostly_free, mostly_free, st.integers(0, CELLS - 1))
def test_what_stands_in_the_way_ends_where_it_is_said_to_end(stages, busy, table, cell):
    shape = Shape.of(stages)
    person = Person(working=GRID.all, licensed=GRID.all, away=0, taken=busy)
    layers = place_layers(shape, GRID, Place(0, ((table, 0),), ((0, 0),))) | person_layers(shape, GRID, person)

    found = obstacle(GRID, layers, cell)

    if found is None:
        assert possible(GRID, layers) >> cell & 1
    else:
        why, end = found
        assert not layers[why] >> cell & 1
        assert end is None or (layers[why] >> end & 1 and not any(layers[why] >> n & 1 for n in range(cell, end)))


def test_two_visits_on_one_table_keep_the_turnover_of_both_whichever_comes_first():
    stages = [{"name": "x", "minutes": 60, "practitioner": True, "device": False}]
    shape = Shape.of(stages, 15)
    neighbour = [(GRID.origin + 20 * CELL, GRID.origin + 32 * CELL + 10 * 60)]  # its own turnover is ten minutes

    free = place_layers(shape, GRID, Place(0, ((GRID.touched(neighbour), 0),), ()))[Why.TABLES]

    assert last_bit(free, 20) == 5  # ends at 17, three cells before the neighbour
    assert next_bit(free, 20) == 34  # two cells after the neighbour


def test_the_rest_after_a_visit_may_reach_into_the_tables_time_off():
    stages = [{"name": "x", "minutes": 60, "practitioner": True, "device": False}]
    off = GRID.touched([(GRID.origin + 30 * CELL, GRID.origin + CELLS * CELL)])

    free = place_layers(Shape.of(stages, 15), GRID, Place(0, ((0, off),), ()))[Why.TABLES]

    assert last_bit(free, CELLS) == 18


def test_a_practitioner_treats_another_while_the_first_patient_rests():
    stages = [
        {"name": "Needling", "minutes": 20, "practitioner": True, "device": False},
        {"name": "Rest", "minutes": 25, "practitioner": False, "device": False},
        {"name": "Removal", "minutes": 15, "practitioner": True, "device": False},
    ]
    first = sum(1 << cell for cell in [*range(4), *range(9, 12)])

    free = starts(GRID.all & ~first, Shape.of(stages).practitioner)

    assert next_bit(free, 0) == 4


def test_reasons_come_in_the_order_in_which_people_want_to_be_told():
    layers = {Why.BUSY: 0, Why.CLOSED: 0b1000, Why.HOURS: 0}

    assert obstacle(Grid(0, 4), layers, 1) == (Why.CLOSED, 3)
    assert obstacle(Grid(0, 4), layers, 3) == (Why.HOURS, None)


def test_a_time_outside_the_grid_is_a_mistake_and_not_a_refusal():
    with pytest.raises(ValueError, match="not on the grid"):
        obstacle(Grid(0, 4), {}, 4)


def test_a_grid_covers_its_span_and_begins_on_five_minutes():
    grid = Grid.over(1_905_000_120, 1_905_000_620)

    assert (grid.origin, grid.cells) == (1_905_000_000, 3)
    assert grid.moment(1) == datetime.fromtimestamp(1_905_000_300, UTC)


@steady
@given(masks)
def test_edges_are_the_ends_of_each_run(mask):
    slow = {n for n in range(CELLS) if mask >> n & 1 and not (n and mask >> n - 1 & 1 and mask >> n + 1 & 1)}

    assert set(bits(edges(mask))) == slow


class Someone(SimpleNamespace):
    """A row as the ORM would give it, without one."""

    __hash__ = object.__hash__


def answer(world):
    """All moments at which the visit can start, as the bit sets have it."""
    first, last = world.licence
    licence = {"jurisdiction": "CO", "issued": str(first), "expires": str(last), "techniques": ["needling"]}
    kim = Someone(pk=1, timetable=timetable(world.hours), licences=[licence], shortest=30)
    tables, devices = dict(enumerate(world.tables, 100)), dict(enumerate(world.devices, 200))
    here = Someone(pk=1, zone=world.zone, jurisdiction="CO", table_ids=list(tables), device_ids=list(devices))
    visit = Someone(stages=world.stages, turnover_minutes=world.turnover, buffer_minutes=world.buffer)
    wish = sheets.Wish(Someone(techniques=["needling"]), visit=visit)
    start, end = world.bounds
    grid = Grid.over(*sheets.epoch(start, end + timedelta(hours=20)))
    spans = spans_of({1: world.practitioner, **tables, **devices}, world)
    sheet = sheets.lay_out(wish, world.now, grid, [kim], {here: world.bounds}, spans)
    return [grid.moment(cell) for row in sheet.rows for cell in bits(row.possible)]


def timetable(hours):
    row = {"location": 1, "valid_from": "2020-01-01", "valid_until": None}
    names = ("weekday", "weeks", "starts", "ends")
    return [
        row | dict(zip(names, (weekday, weeks, str(opens), str(closes)), strict=True))
        for weekday, weeks, opens, closes in hours
    ]


def spans_of(things, world):
    taken = {pk: [(a, b + timedelta(minutes=rest)) for a, b, rest in one.taken] for pk, one in things.items()}
    return loading.Spans(
        taken={pk: sheets.epochs(spans) for pk, spans in taken.items()},
        off={pk: sheets.epochs(one.off) for pk, one in things.items()},
        closed={1: sheets.epochs(world.closed)},
        patient=sheets.epochs(world.elsewhere),
        past=[],
    )


@settings(steady, max_examples=100)
@given(slowly.worlds())
def test_every_moment_at_which_a_visit_can_start_is_found_and_no_other(world):
    assert answer(world) == slowly.starts(world)


@settings(steady, max_examples=40)
@given(slowly.worlds(minutes=st.integers(5, 60), rests=st.integers(0, 30)))
def test_stages_of_odd_minutes_are_never_given_a_moment_that_is_not_free(world):
    assert set(answer(world)) <= set(slowly.starts(world))


@pytest.mark.django_db
@settings(steady, max_examples=12)
@given(slowly.worlds(), st.sampled_from(Spot.values))
def test_booking_takes_every_moment_that_is_offered_and_refuses_those_beside_them(world, spot):
    with transaction.atomic():
        clinic = build(world, spot)
        free = offered(clinic, world)

        refused = {start: refusal(clinic, start) for start in telling(free, world)}

        transaction.set_rollback(True)
    assert {start for start in refused if not refused[start]} == free & set(refused), refused


def offered(clinic, world):
    start, end = world.bounds
    wish = sheets.Wish(clinic.service, clinic.patient, clinic.kim)
    sheet = sheets.load(wish, start, lambda zone: (start, end))
    return {sheet.grid.moment(cell) for row in sheet.rows for cell in bits(row.possible)}


def telling(free, world):
    """The first, the last and one in the middle of what is free, what lies just beside them, and the day's noon."""
    ordered = sorted(free)
    chosen = {ordered[0], ordered[len(ordered) // 2], ordered[-1]} if ordered else set()
    around = {start + side for start in chosen for side in (-slowly.FIVE, slowly.FIVE)}
    start, end = world.bounds
    return sorted(one for one in chosen | around | {start + timedelta(hours=12)} if start <= one < end)


def refusal(clinic, start):
    """Why booking refuses that moment; empty if it takes it. Nothing stays booked."""
    try:
        with transaction.atomic():
            booking.book(
                patient=clinic.patient, service=clinic.service, practitioner=clinic.kim, starts_at=start, by=None
            )
            transaction.set_rollback(True)
    except ClinicError as error:
        return str(error)
    return ""
