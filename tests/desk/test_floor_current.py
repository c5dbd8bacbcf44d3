"""The current on the floor: who sees it run, that it is overdue, and the one tap that ends it."""

import pytest
import time_machine
from django.urls import reverse

from scheduling import sitting
from scheduling.models import Sitting
from sessions import timing
from sessions.charge import in_charge
from sessions.models import Handover, SessionPlan
from tests.desk.test_floor import MINUTE, card, page, press
from tests.factories import MONDAY_TEN, DeviceFactory, PractitionerFactory, UserFactory
from tests.sessions import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(kim):
    """Kim's patient rests with a current of twenty minutes."""
    plan = making.a_plan("li4 li11", start=MONDAY_TEN, practitioner=kim, device=DeviceFactory())
    plan = making.begin(making.circuit(plan, "LI4-left", "LI11-left", minutes=20))
    timing.current_on(plan=plan, by=kim.user)
    Sitting.objects.filter(visit=plan.appointment).update(stage=1)
    return plan.appointment


def plan():
    return SessionPlan.objects.get()


def test_a_current_counts_down_beside_the_rest(client, visit):
    html = page(client)

    assert "Current 10:20" in card(html, visit)
    assert f'data-until="{int((MONDAY_TEN + 20 * MINUTE).timestamp() * 1000)}"' in html


def test_a_current_beyond_its_minutes_says_so_in_a_word(client, visit):
    with time_machine.travel(MONDAY_TEN + 21 * MINUTE, tick=False):
        assert "Overdue Current off" in card(page(client), visit)


def test_the_front_desk_sees_no_current_and_stops_none(client, visit):
    client.force_login(UserFactory(role="Front desk"))

    assert "Current" not in card(page(client), visit)
    assert press(client, visit, "current-off").status_code == 403
    assert plan().current_off_at is None


def test_one_tap_ends_the_current_and_it_can_be_undone(client, visit):
    answer = press(client, visit, "current-off")

    assert answer.status_code == 200
    assert plan().current_off_at
    assert "Current" not in card(page(client), visit)

    press(client, visit, "current-back")
    assert "Current 10:20" in card(page(client), visit)


def test_a_second_press_changes_nothing(client, visit):
    press(client, visit, "current-off")
    went_off = plan().current_off_at

    press(client, visit, "current-off")

    assert plan().current_off_at == went_off


def test_a_colleague_who_ends_it_takes_the_session_over(client, visit):
    roy = PractitionerFactory(user__first_name="Roy").user
    client.force_login(roy)

    answer = press(client, visit, "current-off")

    assert "You took over from Kim." in answer.headers["HX-Trigger-After-Settle"]
    assert in_charge(plan()) == roy
    assert plan().current_off_at


def test_undoing_needles_out_brings_the_current_back_and_keeps_the_handover(client, visit):
    client.force_login(PractitionerFactory().user)
    press(client, visit, "next", stage=1)
    assert plan().current_off_at

    sat = Sitting.objects.get(visit=visit)
    press(client, visit, "undo", press=sitting.last_press(sat))

    assert (plan().needles_out_at, plan().current_off_at) == (None, None)
    assert Handover.objects.count() == 1


def test_an_unknown_press_is_not_found(client, visit):
    assert client.post(reverse("desk:press", args=[visit.pk, "current-up"])).status_code == 404
