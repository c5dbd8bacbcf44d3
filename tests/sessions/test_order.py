"""The order of a plan's rows."""

import pytest

from clinic.errors import ClinicError
from scheduling.models import Appointment
from sessions import planning
from sessions.refusals import PlanChanged, SignedAlready
from tests.factories import UserFactory
from tests.sessions import making
from tests.sessions.making import by, needle
from tests.sessions.pages import post, url, words

pytestmark = pytest.mark.django_db


def codes(plan):
    return [row.point.code for row in plan.needles.all()]


def move(plan, code, to, **more):
    args = {"version": plan.version, "by": by(plan), **more}
    return planning.move_item(plan=plan, item=needle(plan, code), to=to, **args)


@pytest.mark.parametrize(
    ("to", "order"),
    [
        (0, ["ST36", "LI4", "LR3"]),
        (1, ["LI4", "ST36", "LR3"]),
        (2, ["LI4", "LR3", "ST36"]),
        (-5, ["ST36", "LI4", "LR3"]),
        (99, ["LI4", "LR3", "ST36"]),
    ],
)
def test_a_row_goes_to_its_place_and_no_further_than_the_ends(to, order):
    plan = making.a_plan("li4 lr3 st36")

    plan = move(plan, "ST36", to)

    assert codes(plan) == order


def test_a_ready_plan_stays_ready():
    plan = making.a_plan("li4 lr3")
    plan = planning.make_ready(plan=plan, version=plan.version, by=by(plan))

    assert move(plan, "LR3", 0).status == "ready"


def test_a_move_on_an_old_version_moves_nothing():
    plan = making.a_plan("li4 lr3")

    with pytest.raises(PlanChanged):
        move(plan, "LR3", 0, version=plan.version - 1)

    assert codes(plan) == ["LI4", "LR3"]


def test_a_session_that_has_begun_keeps_its_order():
    plan = making.begun("li4 lr3")

    with pytest.raises(ClinicError, match="has begun"):
        move(plan, "LR3", 0)


def test_a_signed_session_keeps_its_order():
    plan = making.signed("li4 lr3")

    with pytest.raises(SignedAlready):
        move(plan, "LR3", 0)


def test_a_cancelled_visit_keeps_its_order():
    plan = making.a_plan("li4 lr3")
    Appointment.objects.filter(pk=plan.appointment_id).update(status="cancelled")

    with pytest.raises(ClinicError, match="cancelled"):
        move(plan, "LR3", 0)


def test_a_circuit_stands_at_its_letter():
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left")

    with pytest.raises(ClinicError, match="order of their letters"):
        planning.move_item(plan=plan, version=plan.version, item=plan.circuits.get(), to=0, by=by(plan))


# The page


@pytest.fixture
def plan(client):
    plan = making.a_plan("li4 lr3 st36")
    client.force_login(by(plan))
    return plan


@pytest.mark.parametrize(("way", "order"), [("up", ["LR3", "LI4", "ST36"]), ("down", ["LI4", "ST36", "LR3"])])
def test_a_row_moves_by_a_button_and_its_place_is_said(client, plan, way, order):
    answer = post(client, "move", plan.appointment, "needle", needle(plan, "LR3").pk, way, version=plan.version)

    assert answer.status_code == 200
    assert codes(plan) == order
    assert f"LR3 L+R is now {order.index('LR3') + 1} of 3." in words(answer)


def test_the_first_row_stays_first_and_the_version_stays_too(client, plan):
    answer = post(client, "move", plan.appointment, "needle", needle(plan, "LI4").pk, "up", version=plan.version)

    assert answer.status_code == 200
    plan.refresh_from_db()
    assert (codes(plan), plan.version) == (["LI4", "LR3", "ST36"], 1)


def test_a_row_is_dropped_at_a_place(client, plan):
    answer = post(client, "move", plan.appointment, "needle", needle(plan, "ST36").pk, "to", version=1, to=0)

    assert answer.status_code == 200
    assert codes(plan) == ["ST36", "LI4", "LR3"]


@pytest.mark.parametrize("to", ["", "x", "-1", "9" * 30, "\u202e1"])
def test_a_place_that_is_none_is_refused_in_words(client, plan, to):
    answer = post(client, "move", plan.appointment, "needle", needle(plan, "LI4").pk, "to", version=1, to=to)

    assert answer.status_code == 422
    assert "Nothing was saved" in words(answer)
    assert codes(plan) == ["LI4", "LR3", "ST36"]


def test_a_stale_tab_is_told_and_moves_nothing(client, plan):
    answer = post(client, "move", plan.appointment, "needle", needle(plan, "LR3").pk, "up", version=0)

    assert answer.status_code == 409
    assert codes(plan) == ["LI4", "LR3", "ST36"]


def test_without_script_the_buttons_lead_back_to_the_page(client, plan):
    answer = post(
        client, "move", plan.appointment, "needle", needle(plan, "LR3").pk, "up", version=plan.version, htmx=False
    )

    assert (answer.status_code, answer["Location"]) == (302, url("plan", plan.appointment))
    assert codes(plan) == ["LR3", "LI4", "ST36"]


def test_what_is_not_in_the_plan_is_not_found(client, plan):
    other = making.a_plan("gv20")

    assert post(client, "move", plan.appointment, "needle", other.needles.get().pk, "up", version=1).status_code == 404
    assert post(client, "move", plan.appointment, "potion", 1, "up", version=1).status_code == 404
    assert client.get(url("move", plan.appointment, "needle", 1, "up")).status_code == 405


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_who_does_not_treat_orders_nothing(client, plan, role):
    client.force_login(UserFactory(role=role))

    answer = post(client, "move", plan.appointment, "needle", needle(plan, "LR3").pk, "up", version=1)

    assert answer.status_code == 403
    assert codes(plan) == ["LI4", "LR3", "ST36"]
