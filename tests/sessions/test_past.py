"""How a plan differs from the last signed session, item by item."""

import json

import pytest

from sessions import charting, past, planning
from sessions.comparing import difference
from tests.factories import AppointmentFactory
from tests.sessions import making
from tests.sessions.making import by, needle
from tests.sessions.pages import url, words

pytestmark = pytest.mark.django_db


def edit(plan, item, **changes):
    return planning.edit_item(plan=plan, version=plan.version, item=item, changes=changes, by=by(plan))


def as_last_time(last):
    plan = making.again(last)
    return planning.as_last_time(plan=plan, version=plan.version, by=by(plan))


def compared(plan):
    laid_out = type(plan).objects.laid_out().get(pk=plan.pk)
    return past.last_time(laid_out.appointment).difference(laid_out)


def with_current():
    plan = making.a_plan("li4 li11 st36")
    return making.circuit(plan, "LI4-left", "LI11-left", low_hz=2, strength=3)


def test_a_repeated_session_is_all_the_same():
    plan = as_last_time(making.sign(making.chart(making.begin(with_current()))).plan)

    found = compared(plan)

    assert found.is_none
    assert found.words == "4 same"


def test_a_changed_time_is_told_with_both_values():
    plan = as_last_time(making.signed("li4 lr3"))
    plan = edit(plan, needle(plan, "LI4"), retention_min=15)

    found = compared(plan)

    assert found.words == "1 same, 1 changed"
    assert [match.words for match in found.changed] == ["LI4 L+R: 20 → 15 min"]
    assert found.matches["needle", needle(plan, "LI4").pk].was == "was 20 min"


def test_changed_current_is_told_in_the_words_of_the_unit():
    plan = as_last_time(making.sign(making.chart(making.begin(with_current()))).plan)
    changes = {"mode": "dense_disperse", "high_hz": 100, "strength": 4}
    plan = edit(plan, plan.circuits.get(), **changes)

    (match,) = compared(plan).changed

    assert match.words.startswith("Circuit LI4-L to LI11-L: 2 → 2/100 Hz, strength 3 → 4")
    assert match.was == "was 2 Hz, strength 3"


def test_another_side_is_the_same_row_changed():
    plan = as_last_time(making.signed("li4 lr3"))
    plan = edit(plan, needle(plan, "LI4"), side="left")

    found = compared(plan)

    assert [match.words for match in found.changed] == ["LI4 L: L+R → L"]
    assert (found.new, found.missing) == ({}, ())


def test_rows_that_came_and_went_are_named():
    plan = as_last_time(making.signed("li4 lr3"))
    plan = planning.remove_item(plan=plan, version=plan.version, item=needle(plan, "LR3"), by=by(plan))
    plan = making.add(plan, "gv20")

    found = compared(plan)

    assert found.words == "1 same, 1 new, 1 left out"
    assert list(found.new.values()) == ["GV20"]
    assert found.missing == ("LR3 L+R",)


def test_two_rows_of_one_name_are_compared_one_by_one():
    def cups(key, minutes):
        return {
            "kind": "cup",
            "id": key,
            "label": "Cups hip L+R",
            "name": "",
            "values": {"region": "hip", "minutes": minutes, "outcome": "done", "done_note": ""},
            "display": {},
        }

    found = difference([cups(7, 5), cups(8, 9)], [cups(1, 5), cups(2, 8), cups(3, 5)])

    assert [match.words for match in found.changed] == ["Cups hip L+R: 8 → 9 min"]
    assert found.missing == ("Cups hip L+R",)


def test_a_record_from_before_a_field_existed_differs_in_nothing_by_it():
    plan = as_last_time(making.sign(making.chart(making.begin(with_current()))).plan)
    kept = past.last_time(plan.appointment)
    for row in kept.rows:
        for name in ("strength", "phase_s", "polarity", "channel", "neural_target", "neural_level"):
            row["values"].pop(name, None)
            row["display"].pop(name, None)

    found = kept.difference(type(plan).objects.laid_out().get(pk=plan.pk))

    assert found.is_none


def test_what_was_done_otherwise_than_planned_is_a_hint():
    plan = making.begun("li4 lr3 st36")
    marks = {"LR3": ("omitted", ""), "ST36": ("changed", "only 10 min")}
    for code, (outcome, note) in marks.items():
        plan = charting.mark(
            plan=plan,
            version=plan.version,
            item=needle(plan, code),
            outcome=outcome,
            changes={"done_note": note},
            by=by(plan),
        )
    plan = charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))
    counts = {
        ("needle", row.pk): charting.Counted(row.sites, row.sites) for row in plan.needles.exclude(outcome="omitted")
    }
    plan = charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))

    again = as_last_time(making.sign(plan).plan)
    found = compared(again)

    hints = {match.label: match.done for match in found.matches.values()}
    assert hints == {"LI4 L+R": "", "LR3 L+R": "left out", "ST36 L+R": "only 10 min"}


def test_only_the_record_is_read_not_the_rows_of_then(django_assert_num_queries):
    last = making.signed("li4 lr3")
    middle = as_last_time(last)
    signed = making.sign(making.chart(making.begin(middle))).plan
    visit = making.again(signed).appointment

    with django_assert_num_queries(1):
        found = past.last_time(visit)

    assert found.visit == signed.appointment_id
    assert json.dumps(found.rows)


def test_the_first_visit_has_no_last_time():
    assert past.last_time(AppointmentFactory()) is None


def test_the_page_says_it_in_the_row_and_in_the_strip(client):
    plan = as_last_time(making.signed("li4 lr3"))
    plan = edit(plan, needle(plan, "LI4"), retention_min=15)
    client.force_login(by(plan))

    page = words(client.get(url("plan", plan.appointment)))

    assert "1 same, 1 changed" in page
    assert "LI4 L+R: 20 → 15 min" in page
    assert "was 20 min" in page
