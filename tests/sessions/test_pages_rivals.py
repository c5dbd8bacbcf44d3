"""Two hands on one plan: who comes second is told, and sees the plan as it is now."""

import pytest
from django.db import transaction
from django.test import Client

from scheduling.models import Appointment
from sessions import planning
from sessions.models import SessionPlan
from tests.factories import AppointmentFactory
from tests.sessions import making
from tests.sessions.pages import post, words
from tests.sessions.races import elsewhere, wait_for_a_lock

pytestmark = pytest.mark.django_db
CUPS = {"region": "neck", "side": "both", "method": "static", "strength": "light", "cups": "2", "minutes": "5"}


@pytest.fixture
def visit():
    return AppointmentFactory(status="arrived")


@pytest.fixture
def kim(client, visit):
    """Who treats, signed in."""
    client.force_login(visit.practitioner.user)
    return client


def meanwhile(locked, act, visit, **sent):
    """The answer to a press that had looked at the plan, and then waited while `act` changed it."""
    browser, answers = Client(), []
    browser.force_login(visit.practitioner.user)
    thread = elsewhere(lambda: answers.append(post(browser, "add", visit, "needle", **sent)))
    with transaction.atomic():
        list(locked.select_for_update())
        thread.start()
        wait_for_a_lock()
        act()
    thread.join()
    assert thread.error is None
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_of_two_first_changes_at_once_the_second_is_told_and_sees_the_plan_of_the_first(visit):
    def rival():
        making.add(planning.open_plan(visit=visit, by=visit.practitioner.user), "lr3")

    answer = meanwhile(Appointment.objects.filter(pk=visit.pk), rival, visit, text="li4", version=0)

    assert answer.status_code == 409
    assert "You changed this plan in another window" in words(answer)
    assert "Added LR3 L+R." in words(answer)
    assert 'name="version" value="1"' in answer.content.decode()
    assert [row.label for row in SessionPlan.objects.get().needles.all()] == ["LR3 L+R"]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_overtaken_while_it_waited_is_answered_with_the_plan_as_it_is_now(visit):
    plan = making.add(planning.open_plan(visit=visit, by=visit.practitioner.user), "lr3")

    def rival():
        making.add(plan, "st36")

    answer = meanwhile(SessionPlan.objects.filter(pk=plan.pk), rival, visit, text="li4", version=plan.version)

    assert answer.status_code == 409
    assert 'name="version" value="2"' in answer.content.decode()
    assert f'id="needle-{making.needle(plan, "ST36").pk}"' in answer.content.decode()
    assert 'value="li4"' in answer.content.decode()


def test_a_removal_that_is_undone_twice_puts_the_row_back_once(kim, visit):
    plan = planning.open_plan(visit=visit, by=visit.practitioner.user)
    planning.add_cups(plan=plan, version=0, fields={"region": "neck"}, by=visit.practitioner.user)
    cups = plan.cups.get()
    post(kim, "remove", visit, "cup", cups.pk, version=1)

    undone = [post(kim, "undo", visit, 2, htmx=False).status_code for _ in range(2)]

    assert undone == [302, 409]
    assert plan.cups.get() == cups


def test_a_circuit_does_not_come_back_without_its_needle(kim, visit):
    plan = making.add(planning.open_plan(visit=visit, by=visit.practitioner.user), "li4 li11 st36")
    plan = making.circuit(plan, "LI4-left", "LI11-left")
    post(kim, "remove", visit, "circuit", plan.circuits.get().pk, version=plan.version)
    post(kim, "remove", visit, "needle", making.needle(plan, "LI4").pk, version=plan.version + 1)

    answer = post(kim, "undo", visit, plan.version + 1, htmx=False)

    assert answer.status_code == 409
    assert not plan.circuits.exists()


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_nothing_is_planned_for_a_visit_that_is_gone_whoever_sends_it(kim, visit, status):
    plan = making.add(planning.open_plan(visit=visit, by=visit.practitioner.user), "li4")
    Appointment.objects.filter(pk=visit.pk).update(status=status)

    answers = [
        post(kim, "add", visit, "needle", version=plan.version, text="lr3"),
        post(kim, "make_ready", visit, version=plan.version),
        post(kim, "set_position", visit, version=plan.version, position="prone"),
    ]

    assert [answer.status_code for answer in answers] == [422, 409, 409]
    assert SessionPlan.objects.get().version == plan.version


@pytest.mark.parametrize("way", [("LI4-left", "LI11-left"), ("LI11-left", "LI4-left")])
def test_two_sites_are_joined_by_one_circuit(kim, visit, way):
    plan = making.add(planning.open_plan(visit=visit, by=visit.practitioner.user), "li4 li11")
    plan = making.circuit(plan, "LI4-left", "LI11-left")
    one, other = (f"{making.needle(plan, code).pk}-{side}" for code, side in (end.split("-") for end in way))
    current = {"mode": "continuous", "low_hz": 2, "pulse_us": 200, "minutes": 20, "waveform": "balanced_biphasic"}

    page = post(kim, "add", visit, "circuit", version=plan.version, needle_a=one, needle_b=other, **current)

    assert page.status_code == 422
    assert "Circuit A joins these two sites already." in words(page)
    assert plan.circuits.count() == 1
