"""New needles begin as is usual for the point, or as the person had them last time."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions import planning, prescribing
from sessions.models import Point
from sessions.safety.rulebook import rulebook
from tests.sessions import making

pytestmark = pytest.mark.django_db


def particulars(plan, code):
    row = making.needle(plan, code)
    return row.length_mm, row.gauge_mm, row.depth_mm, row.angle, row.manipulation, row.retention_min


def signed(text, **changes):
    """A signed session whose needles had these particulars."""
    plan = making.a_plan(text)
    for row in plan.needles.all():
        plan = planning.edit_item(plan=plan, version=plan.version, item=row, changes=changes, by=making.by(plan))
    making.answer(plan)
    plan = making.chart(making.begin(plan))
    making.sign(plan)
    return plan


def test_a_new_needle_is_as_usual_for_its_point():
    plan = making.a_plan("st36 aur-tf4 gv20")

    assert particulars(plan, "ST36") == (40, Decimal("0.25"), 25, "perpendicular", "even", 20)
    assert particulars(plan, "AUR-TF4") == (13, Decimal("0.20"), 2, "perpendicular", "none", 20)
    assert particulars(plan, "GV20")[3] == "transverse"


def test_what_the_person_had_last_time_goes_before_the_usual():
    before = signed(
        "st36", length_mm=30, gauge_mm=Decimal("0.30"), depth_mm=18, manipulation="reducing", retention_min=35
    )

    plan = making.again(before, "st36 li4")

    assert particulars(plan, "ST36") == (30, Decimal("0.30"), 18, "perpendicular", "reducing", 35)
    assert particulars(plan, "LI4")[-1] == 35
    assert particulars(plan, "LI4")[0] == 25


def test_the_same_side_goes_before_the_other_and_the_other_before_the_usual():
    plan = making.a_plan("st36 l; st36 r; li4 l")
    for row, length in zip(plan.needles.all(), (30, 50, 13), strict=True):
        changes = {"length_mm": length, "depth_mm": None}
        plan = planning.edit_item(plan=plan, version=plan.version, item=row, changes=changes, by=making.by(plan))
    making.sign(making.chart(making.begin(plan)))

    later = making.again(plan, "st36 r; li4 r")

    assert [row.length_mm for row in later.needles.all()] == [50, 13]


def test_another_persons_session_and_one_not_signed_do_not_count():
    signed("st36", length_mm=75)
    draft = making.a_plan("st36")

    plan = making.again(draft, "st36")

    assert making.needle(plan, "ST36").length_mm == 40


def test_only_the_last_session_counts():
    second = making.again(signed("st36", length_mm=75, depth_mm=None), "li4")
    making.sign(making.chart(making.begin(second)))

    plan = making.again(second, "st36")

    assert making.needle(plan, "ST36").length_mm == 40


@pytest.mark.parametrize("code", ["BL13", "GB21", "BL42"])
def test_over_the_lung_nothing_begins_longer_than_the_rule_lets_pass(code):
    longest = rulebook()["S048"].threshold("longest_over_lung")
    point = Point.objects.get(code=code)
    had = {"point": point.pk, "side": "both", "site": "", "length_mm": 75, "gauge_mm": Decimal("0.30"), "depth_mm": 60}
    had |= {"angle": "perpendicular", "manipulation": "even", "retention_min": 20}

    values = prescribing.particulars(point, "both", [had])

    assert values["length_mm"] == values["depth_mm"] == longest
    assert values["angle"] == "oblique"
    assert values["gauge_mm"] == Decimal("0.30")
    assert making.needle(making.a_plan(code), code).length_mm <= longest


def test_a_needle_added_by_form_is_as_usual_where_the_form_says_nothing():
    plan = making.a_plan()
    fields = {"point": Point.objects.get(code="GB30"), "side": "left", "gauge_mm": Decimal("0.35")}

    plan = planning.add_needle(plan=plan, version=plan.version, fields=fields, by=making.by(plan))

    assert particulars(plan, "GB30") == (50, Decimal("0.35"), 40, "perpendicular", "even", 20)


def test_adding_costs_the_same_for_one_point_and_for_many():
    one = making.again(making.signed("li4 lr3"))
    other = making.again(one)

    def cost(plan, text):
        by = making.by(plan)
        with CaptureQueriesContext(connection) as queries:
            planning.add_points(plan=plan, version=plan.version, text=text, by=by)
        return len(queries)

    assert cost(one, "li4") == cost(other, "four gates st36 sp6 ki3 bl23 nada")
