"""How the patient is after a visit, and that a message reached somebody else. Health is written down nowhere."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from reminders import answering, links, reaching
from reminders.links import Purpose
from reminders.models import Answer, AnswerKind
from scheduling.models import Status
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory
from tests.scheduling.racing import racers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
RED_FLAG = "Redness that spreads or fever."


@pytest.fixture
def visit(clock):
    """It was on Monday; it is Wednesday."""
    clock.move_to(MONDAY_TEN + timedelta(days=2))
    return AppointmentFactory(practitioner__name="Kim", status=Status.COMPLETED)


@pytest.fixture
def coming():
    return AppointmentFactory(practitioner__name="Kim", patient__family_name="Ortiz")


def address(visit):
    return links.path(Purpose.ANSWER, visit)


def stranger(visit):
    return links.path(Purpose.NOT_ME, visit)


def kinds(visit):
    return list(visit.answers.order_by("pk").values_list("kind", flat=True))


def look_after(answer):
    answer.handled_by, answer.handled_at = UserFactory(role="Front desk"), timezone.now()
    answer.save()


def test_the_page_asks_and_tells_when_to_get_help_at_once(client, visit):
    page = client.get(address(visit)).content.decode()

    assert "Ana, how are you since your visit on Monday, May 13?" in page
    assert page.index("Get help at once") < page.index("I feel well")
    assert RED_FLAG in page
    assert "Call 911 or your local emergency number" in page
    assert 'href="tel:555-0100"' in page
    assert "<textarea" not in page
    assert page.count('type="radio"') == 3


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("well", "Thank you. We are glad to hear it."),
        ("sore", "Thank you. If it worries you or gets worse, call us."),
        ("urgent", "We will call you."),
    ],
)
def test_an_answer_is_kept_once_and_the_page_after_it_can_be_reloaded(client, visit, kind, sentence):
    for _ in range(2):
        response = client.post(address(visit), {"kind": kind}, follow=True)

    assert response.redirect_chain == [(address(visit), 302)]
    assert sentence in response.content.decode()
    assert RED_FLAG in response.content.decode()
    [answer] = Answer.objects.all()
    assert (answer.kind, answer.visit, answer.patient) == (kind, visit, visit.patient)
    assert answer.address == visit.patient.email


def test_who_asks_to_be_called_is_told_what_to_do_in_an_emergency(client, visit):
    page = client.post(address(visit), {"kind": "urgent"}, follow=True).content.decode()

    assert "If it is an emergency, call 911 or your local emergency number." in page
    assert 'call <a class="nowrap" href="tel:555-0100">555-0100</a>.' in page


def test_a_hostile_telephone_number_is_text(client, visit):
    visit.location.phone = '"><b>5550100'
    visit.location.save()

    page = client.post(address(visit), {"kind": "urgent"}, follow=True).content.decode()

    assert "<b>5550100" not in page
    assert "&quot;&gt;&lt;b&gt;5550100" in page


def test_an_error_belongs_to_the_question(client, visit):
    page = client.post(address(visit), {}).content.decode()

    assert 'role="radiogroup" aria-describedby="kind-help kind-error" aria-invalid="true"' in page
    assert 'id="kind-help"' in page
    assert "aria-invalid" not in client.get(address(visit)).content.decode()


def test_an_answer_can_be_changed_and_both_are_kept(client, visit):
    client.post(address(visit), {"kind": "well"})
    page = client.post(address(visit), {"kind": "sore"}, follow=True).content.decode()

    assert kinds(visit) == ["well", "sore"]
    assert "If it worries you" in page


def test_who_asked_to_be_called_is_called_whatever_comes_later(client, visit):
    client.post(address(visit), {"kind": "urgent"})
    later = client.post(address(visit), {"kind": "well"}, follow=True).content.decode()
    client.post(address(visit), {"kind": "urgent"})

    assert kinds(visit) == ["urgent", "well"]
    assert "We will call you." in later
    assert "You asked us to call, so we still will." in later


def test_who_was_called_may_ask_again(client, visit):
    client.post(address(visit), {"kind": "urgent"})
    look_after(Answer.objects.get())
    called = client.get(address(visit)).content.decode()

    again = client.post(address(visit), {"kind": "urgent"}, follow=True).content.decode()

    assert "We have called you back about this" in called
    assert "We will call you." in again
    assert kinds(visit) == ["urgent", "urgent"]
    assert Answer.objects.open().count() == 1


@pytest.mark.parametrize("sent", [{}, {"kind": ""}, {"kind": "not_me"}, {"kind": "<script>"}, {"kind": "x" * 10_000}])
def test_what_is_none_of_the_three_is_told_at_the_field(client, visit, sent):
    response = client.post(address(visit), sent)

    assert response.status_code == 400
    assert 'role="alert">Choose one of the three.' in response.content.decode()
    assert "<script>" not in response.content.decode()
    assert not Answer.objects.exists()


def test_the_page_is_in_the_patients_language(client, clock):
    clock.move_to(MONDAY_TEN + timedelta(days=2))
    visit = AppointmentFactory(status=Status.COMPLETED, patient__language="es")

    page = client.post(address(visit), {"kind": "urgent"}, follow=True).content.decode()

    assert '<html lang="es">' in page
    assert "Le llamaremos." in page
    assert "Enrojecimiento que se extiende o fiebre." in page


@pytest.mark.parametrize("status", [Status.BOOKED, Status.CANCELLED, Status.NO_SHOW, Status.IN_SESSION])
def test_only_a_visit_that_is_completed_is_answered_about(client, visit, status):
    other = AppointmentFactory(status=status, start=MONDAY_TEN + timedelta(hours=4))

    assert client.post(address(other), {"kind": "well"}).status_code == 404
    assert not Answer.objects.exists()


def test_after_two_weeks_nobody_answers(client, visit, clock):
    clock.move_to(visit.ends_at + timedelta(days=14))

    assert client.post(address(visit), {"kind": "urgent"}).status_code == 404


def test_a_form_without_its_key_keeps_no_answer(visit, coming):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(address(visit), {"kind": "well"}).status_code == 403
    assert strict.post(stranger(coming)).status_code == 403
    assert not Answer.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [AnswerKind.URGENT, AnswerKind.WELL])
def test_pressing_in_the_same_moment_answers_once(visit, kind):
    with racers() as race:
        results = race([partial(answering.answer, visit=visit, kind=kind)] * 4)

    assert len({answer.pk for answer in results}) == 1
    assert kinds(visit) == [kind]


def test_the_page_for_strangers_tells_nothing_about_the_patient_or_the_visit(client, coming):
    pages = client.get(stranger(coming)), client.post(stranger(coming), follow=True)

    for page in (answer.content.decode() for answer in pages):
        for word in ("Ana", "Ortiz", "Monday", "May 13", "10:00", "Kim", "Riverside<", "River Street", "/visit/c"):
            assert word not in page.partition("<main")[2]


def test_whoever_is_not_the_patient_says_so_once(client, coming):
    asked = client.get(stranger(coming)).content.decode()
    for _ in range(2):
        response = client.post(stranger(coming), follow=True)

    [answer] = Answer.objects.all()
    assert "Did our message reach the wrong address?" in asked
    assert response.redirect_chain == [(stranger(coming), 302)]
    assert "Thank you for telling us." in response.content.decode()
    assert "Thank you for telling us." in client.get(stranger(coming)).content.decode()
    assert (answer.kind, answer.visit, answer.patient) == ("not_me", coming, coming.patient)
    assert answer.address == coming.patient.email


def test_another_messages_link_says_the_same_and_is_one_answer(client, coming):
    other = AppointmentFactory(patient=coming.patient, start=MONDAY_TEN + timedelta(days=7))
    client.post(stranger(coming))

    assert "Thank you for telling us." in client.get(stranger(other)).content.decode()
    client.post(stranger(other))
    assert Answer.objects.count() == 1


def test_once_the_desk_has_looked_after_it_the_page_asks_anew(client, coming):
    client.post(stranger(coming))
    look_after(Answer.objects.get())

    assert "Did our message reach the wrong address?" in client.get(stranger(coming)).content.decode()
    client.post(stranger(coming))
    assert Answer.objects.open().count() == 1


def test_it_changes_nothing_about_the_visit(client, coming):
    client.post(stranger(coming))

    coming.refresh_from_db()
    assert (coming.status, coming.revision) == (Status.BOOKED, 0)


@pytest.mark.django_db(transaction=True)
def test_saying_it_in_the_same_moment_says_it_once(coming):
    with racers() as race:
        results = race([partial(answering.not_me, visit=coming)] * 4)

    assert results == [None] * 4
    assert Answer.objects.count() == 1


def test_a_stranger_to_one_patient_is_none_to_another_of_that_address(client, coming):
    child = AppointmentFactory(
        patient=PatientFactory(email=coming.patient.email), start=MONDAY_TEN + timedelta(hours=3)
    )
    client.post(stranger(coming))

    assert "Did our message reach the wrong address?" in client.get(stranger(child)).content.decode()


def test_strangers_are_asked_in_the_language_of_the_message(client):
    visit = AppointmentFactory(patient__language="es")

    page = client.get(stranger(visit)).content.decode()

    assert '<html lang="es">' in page
    assert "¿Nuestro mensaje llegó a una dirección equivocada?" in page


def test_before_it_is_said_the_page_says_what_comes_of_it(client, coming):
    page = client.get(stranger(coming)).content.decode()

    assert "not even a reminder, whoever it is for, until we have checked it" in page
    assert "You can undo it on this page as long as we have not checked it, or call us." in page


def test_who_pressed_by_mistake_undoes_it_on_the_same_page(client, coming):
    told = client.post(stranger(coming), follow=True).content.decode()
    response = client.post(stranger(coming), {"undo": "1"}, follow=True)

    assert "Undo: the address is right" in told
    assert response.redirect_chain == [(f"{stranger(coming)}?undone=1", 302)]
    assert "Undone: the address is right." in response.content.decode()
    assert not Answer.objects.exists()
    assert reaching.unreachable([coming.patient.email]) == {}
    events = Answer.answer_history.rel.related_model.objects.order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete"]
    assert events[1].pgh_context.metadata["source"] == "patient link"


def test_undone_twice_or_without_having_said_it_nothing_happens(client, coming):
    for _ in range(2):
        assert client.post(stranger(coming), {"undo": "1"}, follow=True).status_code == 200

    assert not Answer.objects.exists()


def test_what_was_said_of_another_patient_at_that_address_stands(client, coming):
    roommate = PatientFactory(email=coming.patient.email)
    theirs = AppointmentFactory(patient=roommate, start=MONDAY_TEN + timedelta(hours=3))
    for visit in (coming, theirs):
        client.post(stranger(visit))

    client.post(stranger(coming), {"undo": "1"})

    assert [answer.visit for answer in Answer.objects.all()] == [theirs]
    assert reaching.unreachable([roommate.email]) == {roommate.email: reaching.SOMEBODY_ELSES}


def test_what_the_desk_has_looked_after_stays_on_record(client, coming):
    client.post(stranger(coming))
    look_after(Answer.objects.get())

    client.post(stranger(coming), {"undo": "1"})

    assert Answer.objects.count() == 1


def test_a_scanner_undoes_nothing(client, coming):
    client.post(stranger(coming))

    page = client.get(stranger(coming), {"undo": "1", "undone": "1"}).content.decode()

    assert Answer.objects.count() == 1
    assert "Undone" not in page
