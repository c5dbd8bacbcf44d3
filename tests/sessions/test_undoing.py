"""Undo of any change of a plan, and of the undo."""

from itertools import starmap

import pytest
from django.forms import model_to_dict

from clinic.errors import ClinicError
from scheduling.models import Appointment
from sessions import charting, planning, stepping, undoing
from sessions.models import SessionPlan
from sessions.refusals import PlanChanged, SignedAlready
from sessions.rows import RELATED
from tests.factories import PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.making import by, needle
from tests.sessions.pages import post, url, words

pytestmark = pytest.mark.django_db


def undo(plan, **more):
    return undoing.undo(plan=plan, **{"version": plan.version, "by": by(plan), **more})


def state(plan):
    """Every row with its key and values, and what the plan itself says."""
    rows = {kind: [model_to_dict(row) for row in getattr(plan, name).all()] for kind, name in RELATED.items()}
    fields = SessionPlan.objects.values("status", "position", "copied_from", "protocol").get(pk=plan.pk)
    return rows, fields


def full():
    plan = making.a_plan("li4 li11 st36 lr3")
    plan = making.circuit(plan, "LI4-left", "LI11-left", low_hz=2, strength=3)
    fields = {"region": "hip", "side": "both", "method": "static", "strength": "medium", "cups": 2, "minutes": 5}
    return planning.add_cups(plan=plan, version=plan.version, fields=fields, by=by(plan))


def verb(function, **more):
    def act(plan):
        also = {name: value(plan) for name, value in more.items()}
        return function(plan=plan, version=plan.version, by=by(plan), **also)

    return act


CHANGES = {
    "points added": lambda plan: making.add(plan, "gb21 l gv20"),
    "a row edited": verb(
        planning.edit_item, item=lambda plan: needle(plan, "LI4"), changes=lambda plan: {"retention_min": 9}
    ),
    "a circuit edited": verb(
        planning.edit_item, item=lambda plan: plan.circuits.get(), changes=lambda plan: {"minutes": 9, "strength": 5}
    ),
    "a row removed": verb(planning.remove_item, item=lambda plan: needle(plan, "LR3")),
    "a circuit removed": verb(planning.remove_item, item=lambda plan: plan.circuits.get()),
    "a row moved": verb(planning.move_item, item=lambda plan: needle(plan, "LR3"), to=lambda plan: 0),
    "gentler": verb(stepping.gentler),
    "one step more": verb(stepping.one_step_more, what=lambda plan: "frequency"),
    "the position": verb(planning.set_position, position=lambda plan: "prone"),
    "made ready": verb(planning.make_ready),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_undone_and_done_again(name):
    plan = full()
    before = state(plan)
    plan = CHANGES[name](plan)
    after = state(plan)

    undone = undo(plan)
    again = undo(undone)

    assert before != after
    assert undone.version == plan.version + 1
    assert state(again) == after
    assert state(undo(again)) == before


def test_as_last_time_is_undone_with_its_needles_circuits_and_where_it_came_from():
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left")
    last = making.sign(making.chart(making.begin(plan))).plan
    plan = making.again(last)
    plan = planning.as_last_time(plan=plan, version=plan.version, by=by(plan))

    plan = undo(plan)

    assert (plan.needles.count(), plan.circuits.count()) == (0, 0)
    assert plan.copied_from is None

    plan = undo(plan)

    assert [row.point.code for row in plan.needles.all()] == ["LI4", "LI11"]
    assert plan.circuits.get().path == "LI4-L to LI11-L"
    assert plan.copied_from_id == last.pk


def test_an_edit_of_a_ready_plan_is_undone_to_a_ready_plan():
    plan = making.a_plan("li4 lr3")
    plan = planning.make_ready(plan=plan, version=plan.version, by=by(plan))
    plan = making.add(plan, "st36")

    assert plan.status == "draft"
    assert undo(plan).status == "ready"


def test_only_the_very_last_change_is_undone():
    plan = making.a_plan("li4")
    first = making.add(plan, "lr3")
    roy = PractitionerFactory(user__first_name="Roy").user
    planning.add_points(plan=first, version=first.version, text="st36", by=roy)

    with pytest.raises(PlanChanged, match="Roy changed the plan meanwhile"):
        undo(first)

    assert plan.needles.count() == 3


@pytest.mark.parametrize("version", [0, 99, 10**30])
def test_a_version_that_is_not_the_last_undoes_nothing(version):
    plan = making.a_plan("li4")

    with pytest.raises(PlanChanged, match="You changed the plan meanwhile"):
        undo(plan, version=version)

    assert plan.needles.count() == 1


def test_a_plan_in_which_nothing_was_changed_has_nothing_to_undo():
    with pytest.raises(ClinicError, match="Nothing was changed"):
        undo(making.a_plan())


def test_words_in_the_notes_are_not_undone_here():
    plan = making.a_plan("li4")
    plan = charting.note(plan=plan, version=plan.version, fields={"history": "slept well"}, by=by(plan))

    with pytest.raises(ClinicError, match="not in the plan"):
        undo(plan)

    assert plan.note.history == "slept well"


def test_a_plan_that_has_begun_stays_as_planned():
    plan = making.begun("li4 lr3")

    with pytest.raises(ClinicError, match="has begun"):
        undo(plan)


def test_what_was_charted_is_not_undone():
    plan = making.begun("li4 lr3")
    plan = charting.mark(plan=plan, version=plan.version, item=needle(plan, "LI4"), outcome="done", by=by(plan))

    with pytest.raises(ClinicError, match="has begun"):
        undo(plan)

    assert needle(plan, "LI4").outcome == "done"


def test_a_row_added_in_the_session_is_undone():
    plan = making.add(making.begun("li4 lr3"), "st36")

    plan = undo(plan)

    assert [row.point.code for row in plan.needles.all()] == ["LI4", "LR3"]
    assert plan.status == "in_progress"


def test_a_row_added_in_the_session_and_charted_stays():
    plan = making.add(making.begun("li4 lr3"), "st36")
    plan = charting.mark(plan=plan, version=plan.version, item=needle(plan, "ST36"), outcome="done", by=by(plan))

    with pytest.raises(ClinicError, match="in the chart"):
        undo(plan)


def test_a_signed_session_has_no_undo():
    plan = making.signed("li4")

    with pytest.raises(SignedAlready):
        undo(plan)


def test_a_cancelled_visit_has_no_undo():
    plan = making.a_plan("li4")
    Appointment.objects.filter(pk=plan.appointment_id).update(status="cancelled")

    with pytest.raises(ClinicError, match="cancelled"):
        undo(plan)


def test_another_plan_changed_in_the_same_moment_is_left_alone():
    mine, other = starmap(making.a_plan, [("li4",), ("gv20",)])

    undo(mine)

    assert not mine.needles.exists()
    assert other.needles.count() == 1


# The page


@pytest.fixture
def plan(client):
    plan = making.a_plan("li4 lr3")
    client.force_login(by(plan))
    return plan


def test_a_removal_offers_its_undo_and_the_undo_offers_itself(client, plan):
    row = needle(plan, "LR3")
    removed = post(client, "remove", plan.appointment, "needle", row.pk, version=1)
    undone = post(client, "undo", plan.appointment, 2)

    assert url("undo", plan.appointment, 2) in removed["HX-Trigger-After-Settle"]
    assert url("undo", plan.appointment, 3) in undone["HX-Trigger-After-Settle"]
    assert needle(plan, "LR3").pk == row.pk


def test_a_second_press_undoes_nothing_more_and_says_so(client, plan):
    first, second = (post(client, "undo", plan.appointment, 1) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 409)
    assert "You changed the plan meanwhile. Nothing was undone." in words(second)
    assert not plan.needles.exists()


def test_without_script_the_undo_leads_back_to_where_the_person_was(client, plan):
    there = url("plan", plan.appointment) + "?open=new-cup"

    answer = client.post(url("undo", plan.appointment, 1), {"next": there})

    assert (answer.status_code, answer["Location"]) == (302, there)


def test_a_visit_without_a_plan_has_nothing_to_undo(client, plan):
    visit = making.again(plan).appointment
    SessionPlan.objects.filter(appointment=visit).delete()

    assert post(client, "undo", visit, 1).status_code == 404
    assert client.get(url("undo", plan.appointment, 1)).status_code == 405


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_who_does_not_treat_undoes_nothing(client, plan, role):
    client.force_login(UserFactory(role=role))

    assert post(client, "undo", plan.appointment, 1).status_code == 403
    assert plan.needles.count() == 2


def test_who_is_not_signed_in_undoes_nothing(client, plan):
    client.logout()

    assert post(client, "undo", plan.appointment, 1).status_code == 401
    assert plan.needles.count() == 2
