"""Gentler, and one step more, on a plan; what the page says before and after."""

import pytest

from clinic.errors import ClinicError
from scheduling.models import Appointment
from sessions import planning, stepping
from sessions.models import AdverseEvent, FollowUp
from sessions.refusals import PlanChanged, SignedAlready
from tests.factories import DeviceFactory, UserFactory
from tests.sessions import making
from tests.sessions.making import by
from tests.sessions.pages import post, url, words

pytestmark = pytest.mark.django_db


def gentler(plan, **more):
    return stepping.gentler(plan=plan, **{"version": plan.version, "by": by(plan), **more})


def raised(plan, what):
    return stepping.one_step_more(plan=plan, version=plan.version, what=what, by=by(plan))


def with_current(**fields):
    plan = making.a_plan("li4 li11 st36 lr3 gv20")
    return making.circuit(plan, "LI4-left", "LI11-left", **{"low_hz": 2, "strength": 3, **fields})


def codes(plan):
    return [row.point.code for row in plan.needles.all()]


def test_gentler_is_fewer_shorter_lower_and_weaker():
    plan = gentler(with_current(mode="dense_disperse", high_hz=100))

    circuit = plan.circuits.get()
    assert codes(plan) == ["LI4", "LI11", "ST36"]
    assert {row.retention_min for row in plan.needles.all()} == {10}
    assert (circuit.mode, circuit.low_hz, circuit.high_hz, circuit.minutes, circuit.strength) == (
        "continuous",
        2,
        None,
        10,
        2,
    )


def test_gentler_eases_what_hands_do():
    plan = making.a_plan()
    cups = {"region": "hip", "side": "both", "method": "static", "strength": "strong", "cups": 2, "minutes": 10}
    hands = {"region": "shoulder", "side": "both", "technique": "rolling", "pressure": "deep", "minutes": 10}
    plan = planning.add_cups(plan=plan, version=plan.version, fields=cups, by=by(plan))
    plan = planning.add_tuina(plan=plan, version=plan.version, fields=hands, by=by(plan))

    plan = gentler(plan)

    assert (plan.cups.get().minutes, plan.cups.get().strength) == (7, "medium")
    assert plan.tuina.get().pressure == "medium"


def test_at_the_floor_gentler_says_so_and_changes_nothing():
    plan = making.a_plan("gv20")
    plan = gentler(plan)

    with pytest.raises(ClinicError, match="as gentle as the steps go"):
        gentler(plan)

    plan.refresh_from_db()
    assert plan.version == 2


@pytest.mark.parametrize(
    ("what", "found"),
    [("time", (25, 25, 3, None)), ("strength", (20, 20, 4, None)), ("frequency", (20, 20, 3, 15))],
)
def test_one_thing_is_raised_and_no_other(what, found):
    plan = raised(with_current(), what)

    circuit = plan.circuits.get()
    assert (plan.needles.first().retention_min, circuit.minutes, circuit.strength, circuit.high_hz) == found
    assert plan.needles.count() == 5


@pytest.mark.parametrize(
    ("what", "words"), [("strength", "strength below 5"), ("frequency", "lower frequency"), ("time", "30 minutes")]
)
def test_what_is_at_its_limit_is_not_raised(what, words):
    plan = raised(raised(making.a_plan("li4"), "time"), "time")

    with pytest.raises(ClinicError, match=words):
        raised(plan, what)


def test_the_limit_of_the_unit_is_kept():
    plan = with_current()
    unit = DeviceFactory(location=plan.appointment.table.location, max_hz=10)
    Appointment.objects.filter(pk=plan.appointment_id).update(device=unit)

    with pytest.raises(ClinicError, match="15 Hz is above"):
        raised(plan, "frequency")

    assert plan.circuits.get().mode == "continuous"


def test_an_empty_plan_has_no_steps():
    with pytest.raises(ClinicError, match="The plan is empty"):
        gentler(making.a_plan())


def test_a_stale_page_steps_nowhere():
    plan = with_current()

    with pytest.raises(PlanChanged):
        gentler(plan, version=plan.version - 1)

    assert plan.needles.count() == 5


def test_a_session_that_has_begun_is_charted_instead():
    plan = making.begun("li4 lr3")

    for step in (gentler, lambda plan: raised(plan, "time")):
        with pytest.raises(ClinicError, match="has begun"):
            step(plan)


def test_a_signed_session_takes_no_step():
    with pytest.raises(SignedAlready):
        gentler(making.signed("li4"))


def test_a_cancelled_visit_takes_no_step():
    plan = making.a_plan("li4")
    Appointment.objects.filter(pk=plan.appointment_id).update(status="cancelled")

    with pytest.raises(ClinicError, match="cancelled"):
        gentler(plan)


# The page


@pytest.fixture
def plan(client):
    plan = with_current()
    client.force_login(by(plan))
    return plan


def test_what_gentler_would_do_stands_there_before_it_is_done(client, plan):
    page = words(client.get(url("plan", plan.appointment), {"open": "gentler"}))

    assert "left out GV20, LR3 L+R" in page
    assert "20 → 10 min LI4 L+R, LI11 L+R, ST36 L+R" in page
    assert "step back 30 to 50 %" in page
    assert plan.needles.count() == 5


def test_gentler_is_pressed_closes_and_can_be_undone(client, plan):
    answer = post(client, "gentler", plan.appointment, version=plan.version, open="gentler")

    assert answer.status_code == 200
    assert "The plan is gentler." in answer["HX-Trigger-After-Settle"]
    assert url("undo", plan.appointment, plan.version + 1) in answer["HX-Trigger-After-Settle"]
    assert "Make it gentler" not in words(answer)


def test_one_step_more_shows_each_choice_with_its_source(client, plan):
    page = words(client.get(url("plan", plan.appointment), {"open": "more"}))

    assert "Raise time" in page
    assert "2 → 2/15 Hz" in page
    assert "Two needles or one muscle more: you choose which" in page
    assert "Wang 2005" in page


def test_one_step_more_is_pressed_once(client, plan):
    first, second = (post(client, "more", plan.appointment, "time", version=plan.version) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 409)
    assert plan.circuits.get().minutes == 25


def test_an_unknown_step_is_not_found(client, plan):
    assert post(client, "more", plan.appointment, "pain", version=plan.version).status_code == 404
    assert post(client, "more", plan.appointment, "needles", version=plan.version).status_code == 404
    assert client.get(url("gentler", plan.appointment)).status_code == 405


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_who_does_not_treat_takes_no_step(client, plan, role):
    client.force_login(UserFactory(role=role))

    assert post(client, "gentler", plan.appointment, version=plan.version).status_code == 403
    assert post(client, "more", plan.appointment, "time", version=plan.version).status_code == 403


def test_who_is_not_signed_in_takes_no_step(client, plan):
    client.logout()

    assert post(client, "gentler", plan.appointment, version=plan.version).status_code == 401


# What speaks against more


def after_an_incident(code):
    plan = making.charted("li4 lr3")
    event = AdverseEvent.objects.create(
        plan=plan, code=code, severity="mild", detail="Told by phone.", recorded_by=by(plan)
    )
    plan = making.sign(plan).plan
    return event, making.again(plan, "li4")


def shown(client, plan):
    client.force_login(by(plan))
    return words(client.get(url("plan", plan.appointment), {"open": "more"}))


def test_an_open_incident_of_last_time_warns_with_reason_and_source(client):
    _, plan = after_an_incident("soreness")

    page = shown(client, plan)

    assert "Soreness after the last session, nobody has asked again yet. Raise nothing until it has passed." in page
    assert "Dosing for fibromyalgia (product default)" in page


@pytest.mark.parametrize(("code", "warns"), [("soreness", False), ("aggravation", True)])
def test_what_is_over_warns_no_more_unless_it_was_a_flare(client, code, warns):
    event, plan = after_an_incident(code)
    FollowUp.objects.create(event=event, progress="over", by=by(plan))

    assert ("Raise nothing until it has passed" in shown(client, plan)) == warns
