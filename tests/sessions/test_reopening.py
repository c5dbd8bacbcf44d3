"""A visit that was completed too early is opened again, unless its session is signed."""

import pytest
from django.db import transaction

from scheduling import attending, booking
from scheduling.models import Status
from sessions.models import SessionPlan
from sessions.refusals import Busy, StaysCompleted
from tests.factories import AppointmentFactory
from tests.sessions.making import charted, signed
from tests.sessions.races import elsewhere


def reopen(visit):
    visit.refresh_from_db()
    return booking.undo(visit=visit, by=visit.practitioner.user)


@pytest.mark.django_db
def test_a_completed_visit_whose_session_is_not_signed_is_opened_again():
    plan = charted()
    visit = plan.appointment
    visit.refresh_from_db()
    attending.complete(visit=visit, by=visit.practitioner.user)

    assert reopen(visit).status == Status.IN_SESSION


@pytest.mark.django_db
def test_a_completed_visit_without_any_plan_is_opened_again():
    visit = AppointmentFactory(status=Status.COMPLETED, status_before=Status.IN_SESSION)

    assert reopen(visit).status == Status.IN_SESSION


@pytest.mark.django_db
def test_a_signed_session_keeps_its_visit_completed():
    visit = signed().appointment

    with pytest.raises(StaysCompleted, match=r"^This visit stays completed, because its session is signed\."):
        reopen(visit)

    visit.refresh_from_db()
    assert visit.status == Status.COMPLETED


@pytest.mark.django_db(transaction=True)
def test_while_somebody_writes_in_the_session_nothing_is_opened_and_nobody_waits():
    plan = charted()
    visit = plan.appointment
    visit.refresh_from_db()
    attending.complete(visit=visit, by=visit.practitioner.user)

    with transaction.atomic():
        SessionPlan.objects.select_for_update().get(pk=plan.pk)
        rival = elsewhere(lambda: reopen(visit))
        rival.start()
        rival.join()

    assert isinstance(rival.error, Busy)
    assert "writing in this session right now" in str(rival.error)
