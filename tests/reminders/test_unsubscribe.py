"""One click in a mail program stops what is optional (RFC 8058), and a scanner that only looks stops nothing."""

import pytest
from django.test import Client

from patients.models import Patient
from reminders import choosing, kinds, links
from reminders.links import Own
from reminders.models import Kind, Rule
from reminders.models.rules import OPTIONAL
from scheduling.models import Appointment
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ana():
    return PatientFactory()


def address(patient):
    return links.own_path(Own.UNSUBSCRIBE, patient)


def wants(patient):
    return Patient.objects.get(pk=patient.pk).wants_reminders


@pytest.mark.parametrize(
    "body",
    [{"data": ONE_CLICK}, {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}],
)
def test_a_mail_provider_unsubscribes_without_a_key_and_without_a_redirect(ana, body):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(address(ana), **body)

    assert response.status_code == 200
    assert "These messages have stopped." in response.content.decode()
    assert not wants(ana)
    assert "sessionid" not in response.cookies


def test_once_more_changes_nothing(client, ana):
    for _ in range(3):
        assert client.post(address(ana), ONE_CLICK).status_code == 200

    assert not wants(ana)
    assert ana.patient_history.count() == 2  # made, and unsubscribed


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_scanner_unsubscribes_nobody(client, ana, method):
    getattr(client, method)(address(ana), ONE_CLICK)

    assert wants(ana)


def test_a_person_presses_the_button_and_can_undo_it(client, ana):
    asked = client.get(address(ana)).content.decode()
    response = client.post(address(ana), follow=True)

    page = response.content.decode()
    assert "Stop these messages?" in asked
    assert response.redirect_chain == [(address(ana), 302)]
    assert "These messages have stopped." in page
    assert "When a visit is booked, moved or cancelled we always tell you." in page
    assert links.own_path(Own.PREFERENCES, ana) in page
    assert not wants(ana)


def test_undone_the_page_asks_again(client, ana):
    client.post(address(ana))
    chosen = {"offered": ["reminder"], "kinds": ["reminder"], "language": "en"}
    client.post(links.own_path(Own.PREFERENCES, ana), chosen)

    assert wants(ana)
    assert "Stop these messages?" in client.get(address(ana)).content.decode()


def test_it_counts_for_the_whole_family_of_that_address_and_for_nobody_else(client, ana):
    child, other = PatientFactory(email=ana.email), PatientFactory()

    client.post(address(child), ONE_CLICK)

    assert [wants(one) for one in (ana, child, other)] == [False, False, True]
    assert "These messages have stopped." in client.get(address(ana)).content.decode()


def test_people_without_an_address_are_no_family(client):
    ben, cleo = PatientFactory(email=""), PatientFactory(email="")

    response = client.post(address(ben), ONE_CLICK)
    choosing.unsubscribe(address="")

    assert response.status_code == 404
    assert wants(ben)
    assert wants(cleo)


def test_what_is_needed_still_comes(client, ana):
    visit = AppointmentFactory(patient=ana)
    client.post(address(ana), ONE_CLICK)

    def reaches(kind):
        rule = Rule.objects.filter(kind=kind).first()
        return Appointment.objects.filter(kinds.wanted(rule), pk=visit.pk).exists()

    assert reaches(Kind.BOOKED)
    assert reaches(Kind.MOVED)
    assert reaches(Kind.CANCELLED)
    assert not any(reaches(kind) for kind in OPTIONAL)


def test_the_history_says_that_it_was_the_patients_link(client, ana):
    client.post(address(ana), ONE_CLICK)

    event = ana.patient_history.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["source"] == "patient link"


@pytest.mark.parametrize("token", ["guess", "1.abc:def"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_token_stops_nothing(client, ana, token, method):
    response = getattr(client, method)(f"/mail/unsubscribe/{token}/", ONE_CLICK)

    assert response.status_code == 404
    assert "This link has ended" in response.content.decode()
    assert wants(ana)


def test_the_link_to_preferences_unsubscribes_nobody(client, ana):
    token = links.own_token(Own.PREFERENCES, ana)

    assert client.post(f"/mail/unsubscribe/{token}/", ONE_CLICK).status_code == 404
    assert wants(ana)


def test_the_page_is_in_the_patients_language(client):
    luz = PatientFactory(language="es")

    page = client.get(address(luz)).content.decode()

    assert '<html lang="es">' in page
    assert "¿No recibir más estos mensajes?" in page
