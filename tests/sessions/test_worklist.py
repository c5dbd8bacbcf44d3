from datetime import timedelta

import pytest

from scheduling.models import Appointment
from sessions import worklist
from sessions.models import Handover
from tests.factories import MONDAY_TEN, AppointmentFactory, PractitionerFactory, UserFactory

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


def test_who_took_a_session_over_has_it_on_the_list_instead_of_who_gave_it():
    plans = [making.begun("li4"), making.begun("li4")]
    kim, roy = plans[0].appointment.practitioner, PractitionerFactory()
    Appointment.objects.filter(pk=plans[1].appointment_id).update(status="completed")
    for plan in plans:
        giver = making.by(plan)
        Handover.objects.create(plan=plan, given_by=giver, taken_by=UserFactory(), at=MONDAY_TEN)
        Handover.objects.create(plan=plan, given_by=giver, taken_by=roy.user, at=LATER)

    assert list(worklist.unsigned(practitioner=roy)) == plans
    assert list(worklist.completed_unsigned(now=LATER, practitioner=roy)) == [plans[1].appointment]
    assert not worklist.unsigned(practitioner=kim)
    assert not worklist.completed_unsigned(now=LATER, practitioner=plans[1].appointment.practitioner)


@pytest.mark.parametrize(
    ("over", "words", "overdue"),
    [
        (timedelta(minutes=-5), "under an hour", False),
        (timedelta(minutes=59), "under an hour", False),
        (timedelta(hours=1), "1 hour", False),
        (timedelta(hours=48), "2 days", False),
        (timedelta(hours=49), "2 days", True),
        (timedelta(days=40), "40 days", True),
    ],
)
def test_a_visit_s_age_is_told_in_one_unit_and_after_two_days_it_is_overdue(over, words, overdue):
    visit = AppointmentFactory(status="completed")
    now = visit.ends_at + over

    assert worklist.age(visit, now) == words
    assert worklist.is_overdue(visit, now) is overdue


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
