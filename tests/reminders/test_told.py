"""What a visit's patient was told about it, on the visit's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reminders import views
from reminders.models import Kind, State
from tests.factories import AppointmentFactory, UserFactory
from tests.reminders.written import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def address(visit):
    return reverse("reminders:visit_messages", args=[visit.pk])


def read(client, visit):
    return client.get(address(visit)).content.decode()


def test_a_visits_page_asks_for_what_its_patient_was_told(desk):
    visit = AppointmentFactory()

    page = desk.get(visit.get_absolute_url()).content.decode()

    assert f'hx-get="{address(visit)}"' in page
    assert reverse("reminders:patient_messages", args=[visit.patient_id]) in page


def test_every_message_about_it_is_listed_with_its_state_the_newest_first(desk):
    visit = AppointmentFactory()
    old = told(visit=visit, state=State.ACCEPTED, created_at=timezone.now() - timedelta(days=1))
    new = told(visit=visit, kind=Kind.REMINDER, state=State.WAITING)
    other = told(
        visit=AppointmentFactory(patient=visit.patient, start=visit.starts_at + timedelta(days=1)), kind=Kind.REMINDER
    )

    shown = read(desk, visit)

    assert shown.index(new.get_absolute_url()) < shown.index(old.get_absolute_url())
    assert "Thu 9 May 12:00" in shown
    assert "Waiting" in shown
    assert "Accepted" in shown
    assert f'"{other.get_absolute_url()}"' not in shown


def test_a_visit_of_which_nothing_was_said_says_so(desk):
    assert "Nothing has been said about this visit yet." in read(desk, AppointmentFactory())


def test_no_more_than_the_last_are_listed(desk, monkeypatch):
    monkeypatch.setattr(views, "LAST_TOLD", 1)
    visit = AppointmentFactory()
    old = told(visit=visit, created_at=timezone.now() - timedelta(days=1))
    told(visit=visit, kind=Kind.REMINDER)

    assert f'"{old.get_absolute_url()}"' not in read(desk, visit)


def test_three_cost_as_much_as_one(desk):
    visit, counts = AppointmentFactory(), []
    desk.get(address(visit))  # what a first request reads once

    for kinds in ([Kind.BOOKED], [Kind.REMINDER, Kind.MOVED]):
        for kind in kinds:
            told(visit=visit, kind=kind)
        with CaptureQueriesContext(connection) as queries:
            read(desk, visit)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_strangers_and_people_without_a_role_read_nothing(client):
    visit = AppointmentFactory()
    stranger = client.get(address(visit))
    client.force_login(UserFactory())

    assert stranger["Location"].startswith("/accounts/login/")
    assert client.get(address(visit)).status_code == 403


def test_a_visit_that_does_not_exist_is_not_found(desk):
    assert desk.get(reverse("reminders:visit_messages", args=[10**9])).status_code == 404
