"""Everything that one patient was told, word for word."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from reminders import calling
from reminders.models import State
from tests.factories import AppointmentFactory, HealthFactFactory, PatientFactory, UserFactory
from tests.reminders.written import by_hand, to_call, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def log(client, patient, **query):
    return client.get(reverse("reminders:patient_messages", args=[patient.pk]), query).content.decode()


def test_the_log_shows_the_words_the_state_and_the_servers_answer(desk):
    message = told(state=State.ACCEPTED, answer="250 2.0.0 Ok: queued as 1A", attempts=2)

    shown = log(desk, message.patient)

    assert message.subject in shown
    assert escape(message.text) in shown
    assert "250 2.0.0 Ok: queued as 1A" in shown
    assert "(try 2)" in shown
    assert "Accepted" in shown
    assert reverse("reminders:message_html", args=[message.pk]) in shown


def test_the_log_says_who_wrote_and_who_called(desk):
    author, caller = UserFactory(last_name="Author"), UserFactory(last_name="Caller")
    message = by_hand(written_by=author)
    call = to_call(visit=AppointmentFactory(patient=message.patient))
    calling.mark_called(message=call, by=caller)

    shown = log(desk, message.patient)

    assert "by Sam Author" in shown
    assert "by Sam Caller" in shown


def test_a_familys_letter_is_in_the_log_of_each_of_them_once(desk):
    ana, ben = PatientFactory(), PatientFactory()
    message = told(visits=[AppointmentFactory(patient=one) for one in (ana, ben)])

    shown = [log(desk, patient) for patient in (ana, ben)]

    assert [page.count(f'id="message-{message.pk}"') for page in shown] == [1, 1]


def test_two_visits_in_one_letter_are_one_entry(desk):
    patient = PatientFactory()
    later = AppointmentFactory(patient=patient, start=timezone.now() + timedelta(days=5))
    message = told(visits=[AppointmentFactory(patient=patient), later])

    assert log(desk, patient).count(f'id="message-{message.pk}"') == 1


def test_nobody_elses_messages_are_in_the_log(desk):
    other = by_hand()
    patient = PatientFactory()

    shown = log(desk, patient)

    assert f"message-{other.pk}" not in shown
    assert "Nothing was ever sent to Ana." in shown


def test_the_eleventh_message_is_on_the_second_page(desk):
    patient = PatientFactory()
    messages = [by_hand(patient=patient, created_at=timezone.now() - timedelta(hours=n)) for n in range(11)]

    assert f"message-{messages[-1].pk}" not in log(desk, patient)
    assert f"message-{messages[-1].pk}" in log(desk, patient, page=2)


def test_three_messages_cost_as_much_as_one(desk):
    patient, counts = PatientFactory(), []

    for more in (1, 2):
        for number in range(more):
            start = timezone.now() + timedelta(days=10 * more + number)
            told(visits=[AppointmentFactory(patient=patient, start=start), AppointmentFactory(start=start)])
        with CaptureQueriesContext(connection) as queries:
            log(desk, patient)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_patients_page_leads_to_the_log(desk):
    patient = PatientFactory()

    shown = desk.get(patient.get_absolute_url()).content.decode()

    assert reverse("reminders:patient_messages", args=[patient.pk]) in shown
    assert f"{reverse('reminders:write')}?patient={patient.pk}" in shown


def test_nothing_of_health_is_on_the_page_for_the_front_desk(desk):
    message = by_hand()
    HealthFactFactory(patient=message.patient, detail="warfarin since May")

    assert "warfarin" not in log(desk, message.patient)
    assert "nticoagulant" not in log(desk, message.patient)


def test_hostile_words_are_only_text(desk):
    message = by_hand(subject="<script>alert(1)</script>", text="<img src=x>", answer="<svg onload=1>")

    shown = log(desk, message.patient)

    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown
    assert "<svg" not in shown


def test_strangers_and_people_without_a_role_see_no_log(client):
    address = reverse("reminders:patient_messages", args=[by_hand().patient_id])

    assert client.get(address)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("pk", [0, 10**30])
def test_an_unknown_patient_has_no_log(desk, pk):
    assert desk.get(reverse("reminders:patient_messages", args=[pk])).status_code == 404
