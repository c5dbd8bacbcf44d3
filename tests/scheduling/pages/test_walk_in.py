"""Somebody stands at the desk: booked for now and checked in, with one button."""

from datetime import timedelta
from uuid import uuid4

import pytest

from scheduling.models import Appointment, Status
from tests.factories import AppointmentFactory, PatientFactory, PractitionerFactory
from tests.scheduling.pages import BOOK, HTMX, NOW, slot, wish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sam")]


@pytest.fixture
def lee(service):
    lee = PractitionerFactory(name="Lee")
    service.practitioners.add(lee)
    return lee


def test_whoever_is_free_now_is_offered_and_the_first_is_chosen(client, service, kim, lee, ana):
    page = client.get(BOOK, {"walkin": "1", "patient": ana.pk, "service": service.pk}).content.decode()

    assert page.count("<strong>Now, 10:00</strong>") == 2
    assert f'value="{slot(kim, NOW)}" required data-does="Book and check in" checked' in page
    assert f'value="{slot(lee, NOW)}" required data-does="Book and check in">' in page
    assert "Book and check in</button>" in page


def test_one_press_books_for_now_and_checks_in(client, sam, service, kim, ana):
    answer = client.post(BOOK, wish(ana, service, kim, slot=slot(kim, NOW), walkin="1"))

    visit = Appointment.objects.get()
    assert (visit.status, visit.starts_at, visit.practitioner, visit.booked_by) == (Status.ARRIVED, NOW, kim, sam)
    assert answer.url == visit.get_absolute_url()
    assert "Booked and checked in: Ana Ortiz, Fri 10 May 10:00 with Kim." in client.get(answer.url).content.decode()


def test_the_visit_begins_in_the_five_minutes_in_which_it_was_sent(client, service, kim, ana, monkeypatch):
    shown_before = NOW - timedelta(minutes=10)

    client.post(BOOK, wish(ana, service, kim, slot=slot(kim, shown_before), walkin="1"))

    assert Appointment.objects.get().starts_at == NOW


def test_a_double_click_books_once(client, service, kim, ana):
    filled = wish(ana, service, kim, slot=slot(kim, NOW), walkin="1", request_key=str(uuid4()))

    answers = [client.post(BOOK, filled) for _ in range(2)]

    assert {answer.url for answer in answers} == {Appointment.objects.get().get_absolute_url()}


def test_who_is_busy_now_is_not_offered(client, service, kim, lee, ana):
    AppointmentFactory(practitioner=kim, service=service, start=NOW)

    page = client.get(BOOK, {"walkin": "1", "patient": ana.pk, "service": service.pk}).content.decode()

    assert slot(lee, NOW) in page
    assert slot(kim, NOW) not in page


def test_if_nobody_is_free_it_says_why_and_offers_the_nearest_times_for_booking(client, service, kim, ana):
    AppointmentFactory(practitioner=kim, service=service, start=NOW, patient=PatientFactory(given_name="Li"))

    page = client.get(BOOK, {"walkin": "1", "patient": ana.pk, "service": service.pk}).content.decode()
    after = client.post(BOOK, wish(ana, service, kim, slot=slot(kim, NOW + timedelta(hours=1)), walkin="1"))

    assert "Kim is with Li until 11:00. The nearest free times:" in page
    assert page.count('name="slot"') == 3
    assert "Book and check in" not in page
    visit = Appointment.objects.get(patient=ana)
    assert (after.url, visit.status) == (visit.get_absolute_url(), Status.BOOKED)


def test_a_lost_race_says_who_is_busy_and_checks_nobody_in(client, service, kim, ana):
    AppointmentFactory(practitioner=kim, service=service, start=NOW, patient=PatientFactory(given_name="Li"))

    answer = client.post(BOOK, wish(ana, service, kim, slot=slot(kim, NOW), walkin="1"))

    assert answer.status_code == 409
    assert "10:00 was just taken. Kim is with Li until 11:00. Nothing is booked." in answer.content.decode()
    assert not Appointment.objects.filter(patient=ana).exists()


def test_without_a_service_nothing_is_offered(client, service):
    assert "Choose a service to see the free times." in client.get(BOOK, {"walkin": "1"}).content.decode()


def test_looking_costs_the_same_for_one_practitioner_and_for_three(client, service, kim, ana, cost):
    asked = {"walkin": "1", "patient": ana.pk, "service": service.pk}
    alone = cost(lambda: client.get(BOOK, asked, headers=HTMX))

    service.practitioners.add(*PractitionerFactory.create_batch(2))

    assert cost(lambda: client.get(BOOK, asked, headers=HTMX)) == alone
