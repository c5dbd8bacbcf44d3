"""What a protocol says and how two versions differ: plain values, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import contents

SIDES = ["left", "right", "both", "midline", "affected", "other"]


def needle(point, side="both", **values):
    return {"kind": "needle", "values": {"point": point, "side": side, "site": "", **values}}


def circuit(a, side_a, b, side_b, **values):
    ends = {"needle_a": a, "side_a": side_a, "needle_b": b, "side_b": side_b}
    return {"kind": "circuit", "values": ends | values}


def content(*rows, position="supine"):
    return {"position": position, "rows": list(rows)}


def said(before, after):
    """(point, what) of each change."""
    return [
        ((change.after or change.before).get("point"), change.fields or ("-" if change.after is None else "+"))
        for change in contents.difference(before, after)
    ]


needles = st.builds(
    needle,
    st.sampled_from(["LI4", "LR3", "ST36"]),
    st.sampled_from(SIDES),
    retention_min=st.integers(10, 12),
    site=st.sampled_from(["", "calf"]),
)
lists = st.lists(needles, max_size=6).map(lambda rows: content(*rows))


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_side_that_hurts_is_affected_and_comes_back_as_the_side_that_hurts_then(side):
    other = contents.OPPOSITE[side]
    plan = content(needle("LI4", side), needle("ST36", other), needle("GV20", "midline"), needle("LR3"))

    kept = contents.turned(plan, contents.by_affected(side))

    assert [row["values"]["side"] for row in kept["rows"]] == ["affected", "other", "midline", "both"]
    assert contents.asks_for_a_side(kept)
    assert contents.turned(kept, contents.for_patient(side)) == plan
    assert [row["values"]["side"] for row in contents.turned(kept, contents.for_patient(other))["rows"]][:2] == [
        other,
        side,
    ]


def test_without_a_side_that_hurts_left_stays_left():
    plan = content(needle("LI4", "left"))

    assert contents.turned(plan, contents.by_affected(None)) == plan
    assert not contents.asks_for_a_side(plan)


def test_a_changed_dose_is_one_row_with_the_field_that_differs():
    before = content(needle("LI4", retention_min=20), needle("LR3", retention_min=20))
    after = content(needle("LR3", retention_min=20), needle("LI4", retention_min=25))

    assert said(before, after) == [("LI4", ("retention_min",))]


def test_what_is_added_and_what_is_taken_out_is_told():
    assert said(content(needle("LI4")), content(needle("LR3"))) == [("LR3", "+"), ("LI4", "-")]


def test_left_and_right_of_one_point_are_compared_each_with_its_own():
    before = content(needle("LI4", "left", depth_mm=10), needle("LI4", "right", depth_mm=10))
    after = content(needle("LI4", "right", depth_mm=12), needle("LI4", "left", depth_mm=10))

    assert said(before, after) == [("LI4", ("depth_mm",))]


def test_a_circuit_is_told_by_its_ends_whichever_comes_first():
    rows = [needle("ST36"), needle("GB34"), needle("SP6")]
    before = content(*rows, circuit(0, "left", 1, "left", minutes=10))
    turned_round = content(*rows, circuit(1, "left", 0, "left", minutes=10))
    elsewhere = content(*rows, circuit(0, "left", 2, "left", minutes=10))

    assert {change.kind for change in contents.difference(before, elsewhere)} == {"circuit"}
    assert [bool(change.before and change.after) for change in contents.difference(before, turned_round)] == [True]
    assert [bool(change.before and change.after) for change in contents.difference(before, elsewhere)] == [False, False]


def test_a_field_that_came_with_a_later_release_is_no_difference():
    assert said(content(needle("LI4")), content(needle("LI4", neural_target="nerve"))) == []


@given(lists)
def test_nothing_differs_from_itself(one):
    assert contents.difference(one, one) == []


@given(lists, lists)
def test_as_many_rows_come_and_go_as_the_lists_differ(one, other):
    changes = contents.difference(one, other)
    came = sum(change.before is None for change in changes)
    went = sum(change.after is None for change in changes)

    assert came - went == len(other["rows"]) - len(one["rows"])
    assert all(change.fields for change in changes if change.before and change.after)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "text",
        {},
        {"rows": None},
        {"rows": ["text", 1, None, {}, {"kind": "potion", "values": {}}, {"kind": "needle", "values": []}]},
        {"position": 7, "rows": [needle("LI4", side=3), needle(["LI4"])]},
        {
            "rows": [
                circuit(0, "left", 1, "left"),
                circuit("x", "left", None, "left"),
                circuit(True, "left", -1, "left"),
            ]
        },
    ],
)
def test_what_is_no_content_reads_as_nothing_and_is_counted(stored):
    read, lost = contents.readable(stored)

    assert read == {"position": "", "rows": []}
    assert lost == len(stored["rows"] or []) if isinstance(stored, dict) and "rows" in stored else lost == 0


def test_circuits_find_their_needles_when_a_row_before_them_cannot_be_read():
    read, lost = contents.readable(
        content(needle("LI4"), "broken", needle("ST36"), needle("GB34"), circuit(2, "left", 3, "left"))
    )

    assert lost == 1
    assert (read["rows"][-1]["values"]["needle_a"], read["rows"][-1]["values"]["needle_b"]) == (1, 2)


words = st.sampled_from(["rows", "kind", "values", "needle", "circuit", "needle_a", "needle_b", "side", "point"])
stored_things = st.recursive(
    st.none() | st.integers() | words, lambda inner: st.lists(inner) | st.dictionaries(words, inner), max_leaves=20
)


@given(stored_things)
def test_nothing_that_json_can_hold_breaks_the_reader(stored):
    read, _ = contents.readable(stored)

    assert contents.difference(read, read) == []
