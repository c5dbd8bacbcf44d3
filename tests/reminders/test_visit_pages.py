"""The patient's pages. Nobody is signed in, and only a POST changes anything."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from icalendar import Calendar

from clinic.models import Location
from patients.models import Language
from reminders import links
from reminders.links import Purpose
from reminders.phrases import PHRASES
from scheduling import attending, booking
from scheduling.errors import Moved
from scheduling.models import Appointment, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGES = [Purpose.CONFIRM, Purpose.CANCEL]
AHEAD = [Purpose.CONFIRM, Purpose.CANCEL, Purpose.CHANGE, Purpose.CALENDAR]


@pytest.fixture
def visit():
    return AppointmentFactory(practitioner__name="Kim", service__name="Needling for pain")


def status(visit):
    return Appointment.objects.get(pk=visit.pk).status


def test_the_page_repeats_the_visit(client, visit):
    page = client.get(links.path(Purpose.CONFIRM, visit)).content.decode()

    assert "Monday, May 13, 10:00 AM" in page
    assert "with Kim, 60 minutes" in page
    assert "Riverside, 1 River Street" in page
    assert "555-0100" in page
    assert "free until Sunday, May 12, 10:00 AM" in page
    assert "Needling" not in page


def test_the_page_is_in_the_patients_language(client):
    visit = AppointmentFactory(patient__language="es")

    page = client.get(links.path(Purpose.CONFIRM, visit)).content.decode()

    assert '<html lang="es">' in page
    assert "Confirmar mi cita" in page
    assert "lunes 13 de mayo, 10:00 a.m." in page


def test_a_visit_a_year_ahead_has_its_year_on_the_page(client, visit, clock):
    clock.move_to(MONDAY_TEN - timedelta(days=363))

    page = client.get(links.path(Purpose.CONFIRM, visit)).content.decode()

    assert "Monday, May 13, 2030, 10:00 AM" in page
    assert "free until Sunday, May 12, 2030, 10:00 AM" in page


@pytest.mark.parametrize("purpose", [*PAGES, Purpose.CALENDAR])
def test_other_methods_are_refused(client, visit, purpose):
    assert client.put(links.path(purpose, visit)).status_code == 405


def test_a_post_confirms_and_the_page_after_it_can_be_reloaded(client, visit):
    address = links.path(Purpose.CONFIRM, visit)

    response = client.post(address, follow=True)

    assert response.redirect_chain == [(address, 302)]
    assert "Your visit is confirmed" in response.content.decode()
    assert "Your visit is confirmed" in client.get(address).content.decode()
    assert status(visit) == Status.CONFIRMED


def test_the_history_says_that_it_was_the_patients_link(client, visit):
    client.post(links.path(Purpose.CONFIRM, visit))

    event = visit.appointment_history.order_by("-pgh_id").first()
    assert event.status == Status.CONFIRMED
    assert event.status_by is None
    assert event.pgh_context.metadata["source"] == "patient link"


def test_confirming_twice_is_confirming_once(client, visit):
    for _ in range(2):
        response = client.post(links.path(Purpose.CONFIRM, visit), follow=True)

    assert "Your visit is confirmed" in response.content.decode()
    assert status(visit) == Status.CONFIRMED


def test_an_error_belongs_to_its_field(client, visit):
    address = links.path(Purpose.CANCEL, visit)

    page = client.post(address, {"reason": "x" * 301}).content.decode()

    assert 'aria-describedby="reason-help reason-error" aria-invalid="true"' in page
    assert 'id="reason-error"' in page
    assert "aria-invalid" not in client.get(address).content.decode()


def test_a_visit_that_the_front_desk_confirmed_is_confirmed(client, visit):
    attending.confirm(visit=visit, by=UserFactory())

    response = client.post(links.path(Purpose.CONFIRM, visit), follow=True)

    assert "Your visit is confirmed" in response.content.decode()


def test_a_patient_cancels_with_a_reason(client, visit):
    response = client.post(links.path(Purpose.CANCEL, visit), {"reason": "I am away"}, follow=True)

    visit.refresh_from_db()
    assert "Your visit is cancelled" in response.content.decode()
    assert (visit.status, visit.cancel_reason) == (Status.CANCELLED, "I am away")
    assert not visit.occupancies.exists()


def test_a_patient_cancels_without_a_reason_and_twice(client, visit):
    for _ in range(2):
        response = client.post(links.path(Purpose.CANCEL, visit), follow=True)

    assert "Your visit is cancelled" in response.content.decode()
    assert status(visit) == Status.CANCELLED


def test_the_rule_is_told_before_cancelling(client, visit):
    page = client.get(links.path(Purpose.CANCEL, visit)).content.decode()

    assert "Cancelling is free until Sunday, May 12, 10:00 AM." in page


def test_each_place_says_until_when(client, visit):
    Location.objects.update(cancel_hours=36)

    page = client.get(links.path(Purpose.CANCEL, visit)).content.decode()

    assert "Cancelling is free until Saturday, May 11, 10:00 PM." in page


@pytest.mark.parametrize("purpose", PAGES)
@pytest.mark.parametrize("at", [MONDAY_TEN - timedelta(days=2), MONDAY_TEN - timedelta(hours=2)])
def test_every_phrase_is_there_in_every_language(client, purpose, at, clock):
    clock.move_to(at)
    pages = [
        client.get(links.path(purpose, AppointmentFactory(patient__language=language))).content.decode()
        for language in Language.values
    ]

    assert set(PHRASES) == set(Language.values)
    assert len({frozenset(phrases) for phrases in PHRASES.values()}) == 1
    assert all("{" not in page.partition("<main")[2] for page in pages)


def test_within_a_day_it_is_too_late_to_cancel_online(client, visit, clock):
    clock.move_to(MONDAY_TEN - timedelta(hours=24) + timedelta(seconds=1))

    page = client.get(links.path(Purpose.CANCEL, visit))
    response = client.post(links.path(Purpose.CANCEL, visit))

    assert "It is too late to cancel online. Call us." in page.content.decode()
    assert response.status_code == 409
    assert "It is too late to cancel online. Call us." in response.content.decode()
    assert status(visit) == Status.BOOKED


def test_until_the_last_moment_it_is_not_too_late(client, visit, clock):
    clock.move_to(MONDAY_TEN - timedelta(hours=24))

    client.post(links.path(Purpose.CANCEL, visit))

    assert status(visit) == Status.CANCELLED


def test_a_cancelled_visit_is_not_confirmed(client, visit):
    client.post(links.path(Purpose.CANCEL, visit))

    response = client.post(links.path(Purpose.CONFIRM, visit), follow=True)

    assert "Your visit is cancelled" in response.content.decode()
    assert status(visit) == Status.CANCELLED


@pytest.mark.parametrize("reason", ["x" * 301, "x" * 100_000])
def test_a_reason_that_is_too_long_cancels_nothing_and_is_kept(client, visit, reason):
    response = client.post(links.path(Purpose.CANCEL, visit), {"reason": reason})

    page = response.content.decode()
    assert "Shorten the reason to 300 characters." in page
    assert reason in page
    assert status(visit) == Status.BOOKED


def test_a_reason_with_a_zero_byte_cancels_nothing(client, visit):
    response = client.post(links.path(Purpose.CANCEL, visit), {"reason": "a\x00b"})

    assert response.status_code == 400
    assert status(visit) == Status.BOOKED


@pytest.mark.parametrize("reason", ["<script>alert(1)</script>", "\u202eevil", "😀" * 300])
def test_a_strange_reason_is_only_text(client, visit, reason):
    client.post(links.path(Purpose.CANCEL, visit), {"reason": reason})

    visit.refresh_from_db()
    assert visit.cancel_reason == reason


def test_the_calendar_file_is_the_visit(client, visit):
    response = client.get(links.path(Purpose.CALENDAR, visit))

    (event,) = Calendar.from_ical(response.content).events
    assert response["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert event.start == visit.starts_at


def test_the_calendar_file_of_a_cancelled_visit_takes_it_out(client, visit):
    client.post(links.path(Purpose.CANCEL, visit))

    response = client.get(links.path(Purpose.CALENDAR, visit))

    calendar = Calendar.from_ical(response.content)
    [event] = calendar.events
    assert calendar["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert response["Content-Type"] == "text/calendar; method=CANCEL; charset=utf-8"


def test_a_link_that_opens_nothing_says_so_in_every_language(client):
    page = client.get("/visit/confirm/guess/").content.decode()

    assert "<title>This link has ended · Este enlace ya no sirve ·" in page
    assert "<h1>This link has ended</h1>" in page
    assert '<section lang="es"' in page
    assert "No se cambió nada." in page
    assert "Questions?" not in page


@pytest.mark.parametrize("purpose", AHEAD)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_token_that_opens_nothing_gets_the_same_answer(client, visit, purpose, method, clock):
    forged = links.path(purpose, visit).replace(f"{visit.pk}.0", f"{visit.pk}.1")
    foreign = links.path(Purpose.CALENDAR if purpose == Purpose.CANCEL else Purpose.CANCEL, visit).split("/")[3]
    addresses = [forged, f"/visit/{purpose}/{foreign}/", f"/visit/{purpose}/guess/", f"/visit/{purpose}/%00/"]
    moved = links.path(purpose, visit)
    Appointment.objects.filter(pk=visit.pk).update(revision=1)

    answers = [getattr(client, method)(address) for address in [moved, *addresses[:3]]]
    clock.move_to(MONDAY_TEN)
    visit.refresh_from_db()
    answers.append(getattr(client, method)(links.path(purpose, visit)))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "This link has ended" in answers[0].content.decode()
    assert "Ana" not in answers[0].content.decode()
    assert getattr(client, method)(addresses[3]).status_code == 404
    assert status(visit) == Status.BOOKED


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.CANCEL])
def test_the_history_keeps_no_link_that_works(client, visit, purpose):
    client.post(links.path(purpose, visit))

    event = visit.appointment_history.order_by("-pgh_id").first()
    signed, _, _ = links.token(purpose, visit).partition(":")
    assert event.pgh_context.metadata["url"] == f"/visit/{purpose}/{signed}:…/"


@pytest.mark.parametrize("purpose", PAGES)
def test_a_form_without_its_key_changes_nothing(visit, purpose):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(links.path(purpose, visit))

    assert response.status_code == 403
    assert status(visit) == Status.BOOKED
    assert "Go back, reload the page and press again." in response.content.decode()
    assert 'class="patient"' in response.content.decode()
    assert "Today" not in response.content.decode()


@pytest.mark.parametrize("purpose", PAGES)
def test_no_page_is_kept_by_a_cache_or_tells_its_address_to_others(client, visit, purpose):
    response = client.get(links.path(purpose, visit))

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response.content.decode()
    # with "no-referrer" browsers send `Origin: null`, and the form's key is refused
    assert 'name="referrer" content="same-origin"' in response.content.decode()


def test_a_page_that_was_overtaken_while_it_was_sent_changes_nothing(visit):
    """The link was good when the request came, and somebody moved the visit before the verb wrote."""
    Appointment.objects.filter(pk=visit.pk).update(revision=1)

    for verb in (attending.confirm, partial(booking.cancel, reason="")):
        with pytest.raises(Moved):
            verb(visit=visit, by=None, seen=0)

    assert status(visit) == Status.BOOKED


def test_the_page_leads_to_another_time_and_to_whoever_is_not_the_patient(client, visit):
    page = client.get(links.path(Purpose.CONFIRM, visit)).content.decode()

    assert links.path(Purpose.CHANGE, visit) in page
    assert links.path(Purpose.NOT_ME, visit) in page
    assert "Did our message reach the wrong address?" in page


def test_who_is_signed_in_may_open_a_link_too(client, visit):
    client.force_login(UserFactory(role="Front desk"))

    assert client.get(links.path(Purpose.CONFIRM, visit)).status_code == 200
