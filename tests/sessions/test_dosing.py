"""Less and more of a plan by stated steps, whatever the plan."""

from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sessions import dosing


@dataclass(frozen=True)
class Row:
    """A row with the fields that a kind has."""

    pk: int
    label: str = "row"
    sites: int = 1
    retention_min: int = 20
    minutes: int = 20
    low_hz: Decimal = Decimal(2)
    high_hz: Decimal | None = None
    mode: str = "continuous"
    phase_s: int | None = None
    strength: object = None
    passes: int = 3
    pressure: str = "light"
    ends: tuple = ()


def plan(needles=(), **rows):
    return {"needle": list(needles), "circuit": [], "target": [], "cup": [], "tuina": [], "movement": [], **rows}


def carried_out(rows, steps):
    gone = {step.row.pk for step in steps if not step.values}
    new = {(step.kind, step.row.pk): step.values for step in steps}
    return {
        kind: [replace(row, **new.get((kind, row.pk), {})) for row in them if not (kind == "needle" and row.pk in gone)]
        for kind, them in rows.items()
    }


def until_the_floor(rows):
    for _ in range(60):
        steps = dosing.gentler(rows)
        if not steps:
            return rows
        rows = carried_out(rows, steps)
    raise AssertionError("gentler never ends")


@st.composite
def plans(draw):
    number = draw(st.integers(0, 12))
    needles = [
        Row(pk=pk, sites=draw(st.integers(1, 4)), retention_min=draw(st.integers(0, 60))) for pk in range(number)
    ]
    return plan(
        needles,
        circuit=[draw(circuits(pk, number)) for pk in range(draw(st.integers(0, 3)) if number > 1 else 0)],
        target=[Row(pk=1, passes=draw(st.integers(1, 20)))],
        cup=[
            Row(pk=1, minutes=draw(st.integers(1, 30)), strength=draw(st.sampled_from(["light", "medium", "strong"])))
        ],
        tuina=[Row(pk=1, pressure=draw(st.sampled_from(["light", "medium", "deep"])))],
    )


@st.composite
def circuits(draw, pk, needles):
    hertz = st.decimals(1, 150, places=1)
    mode = draw(st.sampled_from(["continuous", "dense_disperse", "intermittent"]))
    low = draw(hertz)
    return Row(
        pk=pk,
        minutes=draw(st.integers(1, 45)),
        mode=mode,
        low_hz=low,
        high_hz=draw(hertz.filter(lambda high: high != low)) if mode == "dense_disperse" else None,
        phase_s=draw(st.none() | st.integers(1, 10)) if mode != "continuous" else None,
        strength=draw(st.none() | st.integers(0, 7)),
        ends=tuple((draw(st.integers(0, needles - 1)), "left") for _ in "ab"),
    )


def is_allowed(circuit):
    two = circuit.mode == "dense_disperse"
    return (
        (circuit.high_hz is not None and circuit.high_hz != circuit.low_hz) == two
        and (two or circuit.high_hz is None)
        and (circuit.mode != "continuous" or circuit.phase_s is None)
        and all(1 <= hertz <= 150 for hertz in (circuit.low_hz, circuit.high_hz) if hertz is not None)
        and 1 <= circuit.minutes <= 45
        and (circuit.strength is None or 0 <= circuit.strength <= 7)
    )


LADDER = {"light": 0, "medium": 1, "strong": 2, "deep": 2}


@given(plans())
def test_gentler_raises_nothing_and_breaks_no_constraint(rows):
    after = carried_out(rows, dosing.gentler(rows))

    was = {(kind, row.pk): row for kind, them in rows.items() for row in them}
    for kind, them in after.items():
        for row in them:
            before = was[kind, row.pk]
            assert row.retention_min <= before.retention_min
            assert row.minutes <= before.minutes
            assert row.passes <= before.passes
            assert LADDER[row.pressure] <= LADDER[before.pressure]
            assert max(row.low_hz, row.high_hz or 0) <= max(before.low_hz, before.high_hz or 0)
    assert all(is_allowed(circuit) for circuit in after["circuit"])
    assert all(row.strength is None or row.strength <= was["circuit", row.pk].strength for row in after["circuit"])
    assert all(row.passes >= 1 for row in after["target"])


@given(plans())
def test_gentler_keeps_needles_that_circuits_use_and_half_of_all(rows):
    after = carried_out(rows, dosing.gentler(rows))

    used = {needle for circuit in rows["circuit"] for needle, _ in circuit.ends}
    assert used <= {row.pk for row in after["needle"]}
    assert 2 * sum(row.sites for row in after["needle"]) >= sum(row.sites for row in rows["needle"])


@given(plans())
def test_gentler_ends_at_a_floor_where_needles_are_left(rows):
    floor = until_the_floor(rows)

    assert dosing.gentler(floor) == []
    assert bool(floor["needle"]) == bool(rows["needle"])


@given(plans(), st.sampled_from(dosing.RAISES))
def test_one_step_more_raises_one_thing_within_its_limit(rows, what):
    steps = dosing.one_step_more(rows, what)
    after = carried_out(rows, steps)

    touched = {name for step in steps for name in step.values}
    names = {
        "time": {"retention_min", "minutes"},
        "strength": {"strength"},
        "frequency": {"mode", "high_hz", "phase_s"},
    }
    assert touched <= names[what]
    assert all(is_allowed(circuit) for circuit in after["circuit"])
    for step in steps:
        if what == "time":
            assert all(getattr(step.row, name) < value <= 30 for name, value in step.values.items())
        if what == "strength":
            assert step.values["strength"] == step.row.strength + 1 <= 5


def test_about_a_third_of_ten_needles_goes_and_the_last_added_first():
    rows = plan([Row(pk=pk, retention_min=10) for pk in range(10)])

    steps = dosing.gentler(rows)

    assert [(step.row.pk, step.words) for step in steps] == [(9, "left out"), (8, "left out"), (7, "left out")]


def test_a_plan_of_one_needle_keeps_it():
    assert dosing.gentler(plan([Row(pk=1, retention_min=10)])) == []


def test_two_frequencies_become_the_low_preset_and_a_reader_sees_it():
    wild = Row(pk=1, mode="dense_disperse", high_hz=Decimal(100), phase_s=3, minutes=20, strength=4)

    (step,) = dosing.gentler(plan(circuit=[wild]))

    assert step.words == "2/100 → 2 Hz, 20 → 10 min, strength 4 → 3"


def test_one_hertz_is_not_raised_to_the_low_preset():
    (step,) = dosing.gentler(plan(circuit=[Row(pk=1, low_hz=Decimal(1))]))

    assert "low_hz" not in step.values


def test_frequency_goes_up_a_ladder():
    first = Row(pk=1)

    (second,) = carried_out(plan(circuit=[first]), dosing.one_step_more(plan(circuit=[first]), "frequency"))["circuit"]
    (third,) = carried_out(plan(circuit=[second]), dosing.one_step_more(plan(circuit=[second]), "frequency"))["circuit"]

    assert (second.mode, second.low_hz, second.high_hz, second.phase_s) == ("dense_disperse", 2, 15, 3)
    assert third.high_hz == 100
    assert dosing.one_step_more(plan(circuit=[third]), "frequency") == []


def test_a_needle_that_does_not_rest_does_not_begin_to():
    assert dosing.one_step_more(plan([Row(pk=1, retention_min=0)]), "time") == []


def test_rows_that_share_a_step_are_listed_together():
    rows = plan([Row(pk=1, label="LI4"), Row(pk=2, label="LR3")])

    assert dosing.listed(dosing.one_step_more(rows, "time")) == [("20 → 25 min", ["LI4", "LR3"])]


def test_every_step_says_what_it_does_where_it_comes_from_and_how_sure_that_is():
    for dose in [*dosing.doses("gentler").values(), *dosing.doses("more").values()]:
        assert dose.says.endswith(".")
        assert dose.source
        assert dose.confidence in ("confirmed", "recall")
