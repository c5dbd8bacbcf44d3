from datetime import timedelta

import pytest

from sessions import worklist
from tests.factories import MONDAY_TEN, AppointmentFactory

from . import making

pytestmark = pytest.mark.django_db
LATER = MONDAY_TEN + timedelta(days=3)


def test_a_session_that_was_begun_is_to_be_signed_and_a_signed_or_a_coming_one_is_not():
    begun = making.begun("li4")
    making.signed("li4")
    making.a_plan("li4")

    assert list(worklist.unsigned()) == [begun]
    assert list(worklist.unsigned(practitioner=begun.appointment.practitioner)) == [begun]
    assert list(worklist.unsigned(practitioner=AppointmentFactory().practitioner)) == []


def test_a_completed_visit_is_on_the_list_until_its_session_is_signed():
    without = AppointmentFactory(status="completed")
    draft = making.a_plan("li4", status="completed").appointment
    making.signed("li4")
    AppointmentFactory(status="cancelled")

    assert list(worklist.completed_unsigned(now=LATER)) == [without, draft]
    assert list(worklist.completed_unsigned(now=LATER, practitioner=draft.practitioner)) == [draft]


def test_the_oldest_comes_first():
    new = AppointmentFactory(status="completed", start=MONDAY_TEN)
    old = AppointmentFactory(status="completed", start=MONDAY_TEN - timedelta(days=7))

    assert list(worklist.completed_unsigned(now=LATER)) == [old, new]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_take_one_query_each(rows, django_assert_num_queries):
    for _ in range(rows):
        making.begun("li4")
        AppointmentFactory(status="completed")

    with django_assert_num_queries(2):
        for plan in worklist.unsigned():
            assert plan.appointment.patient.name
            assert plan.appointment.table.location.zone
        for visit in worklist.completed_unsigned(now=LATER):
            assert visit.patient.name
            assert visit.practitioner.name
