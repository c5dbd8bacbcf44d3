"""Answers that somebody has to look after: who asks to be called, who got another person's mail."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient
from reminders.lists import A_PAGE
from reminders.models import Answer, AnswerKind, State
from tests.factories import AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.written import answered, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ANSWERS = reverse("reminders:answers")
CHANGES = ["look_after", "reopen", "correct_address", "undo_correction", "tell_again"]
TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def page(client):
    return client.get(ANSWERS).content.decode().replace("<wbr>", "")


def post(client, name, answer, **data):
    return client.post(reverse(f"reminders:{name}", args=[answer.pk]), data, follow=True)


def test_who_asks_to_be_called_stands_first_with_the_number(desk, clock):
    stranger = answered(AnswerKind.NOT_ME)
    clock.shift(60)
    urgent = answered(AnswerKind.URGENT)

    shown = page(desk)

    assert shown.index(f"answer-{urgent.pk}") < shown.index(f"answer-{stranger.pk}")
    assert "Asks to be called" in shown
    assert 'href="tel:555-0142"' in shown


def test_how_somebody_is_since_a_visit_is_not_for_the_front_desk(desk):
    answered(AnswerKind.WELL)
    answered(AnswerKind.SORE)

    shown = page(desk)

    assert "Nobody asks to be called" in shown
    for words in ("Other answers", "sore", "Feels well"):
        assert words not in shown


def test_a_practitioner_reads_how_patients_are_the_last_word_of_each_visit(client, clock):
    client.force_login(UserFactory(role="Practitioner"))
    visit = AppointmentFactory(patient__family_name="Last")
    old = answered(AnswerKind.SORE, came_at=timezone.now() - TWO_WEEKS - timedelta(minutes=1))
    answered(AnswerKind.SORE, visit=visit)
    clock.shift(60)
    well = answered(AnswerKind.WELL, visit=visit)
    sore = answered(AnswerKind.SORE)

    others = page(client).split('id="other-answers"')[1]

    assert others.index(f"answer-{sore.pk}") < others.index(f"answer-{well.pk}")
    assert others.count("Is sore, or feels unsure") == others.count("Feels well") == 1
    assert f"answer-{old.pk}" not in others


def test_who_called_and_when_stays_on_the_page_for_two_weeks(desk, clock):
    answer = answered(AnswerKind.URGENT)
    post(desk, "look_after", answer)
    by = Answer.objects.get().handled_by.get_full_name()

    lately = page(desk).split('id="looked-after"')[1]
    clock.shift(TWO_WEEKS)

    assert f"Called by {by}, Fri 10 May 12:00" in lately
    assert f"answer-{answer.pk}" not in page(desk)


def test_what_was_looked_after_is_off_the_list_until_that_is_undone(desk):
    answer = answered(AnswerKind.URGENT)

    done = post(desk, "look_after", answer).content.decode()
    gone = not Answer.objects.open().exists()
    post(desk, "reopen", answer)

    assert "Looked after." in done
    assert reverse("reminders:reopen", args=[answer.pk]) in done
    assert gone
    assert Answer.objects.open().get() == answer


def test_a_double_click_looks_after_it_once(desk):
    answer = answered(AnswerKind.URGENT)

    answers = [post(desk, "look_after", answer).status_code for _ in range(2)]

    assert answers == [200, 409]


def test_what_nobody_has_looked_after_lately_cannot_be_opened_again(desk, clock):
    waiting, old, sore, elsewhere = (
        answered(AnswerKind.URGENT),
        answered(AnswerKind.URGENT),
        answered(AnswerKind.SORE),
        answered(AnswerKind.NOT_ME, address="old@example.com"),
    )
    for answer in (old, elsewhere):
        post(desk, "look_after", answer)
    Answer.objects.filter(pk=old.pk).update(handled_at=timezone.now() - TWO_WEEKS)

    answers = [post(desk, "reopen", answer).status_code for answer in (waiting, old, sore, elsewhere)]

    assert answers == [409] * 4
    assert set(Answer.objects.open()) == {waiting}


def test_what_was_answered_again_meanwhile_cannot_be_opened_again(desk):
    answer = answered(AnswerKind.URGENT)
    post(desk, "look_after", answer)
    answered(AnswerKind.URGENT, visit=answer.visit)

    response = post(desk, "reopen", answer)

    assert response.status_code == 409
    assert Answer.objects.open().count() == 1


def test_an_address_found_to_be_right_stays(desk):
    answer = answered(AnswerKind.NOT_ME)

    post(desk, "look_after", answer)

    answer.patient.refresh_from_db()
    assert answer.patient.email == answer.address
    assert not Answer.objects.open().exists()


def test_an_address_that_was_corrected_elsewhere_is_only_to_be_settled(desk):
    answered(AnswerKind.NOT_ME, address="old@example.com")

    shown = page(desk)

    assert "By now the address is" in shown
    assert "Correct the address" not in shown
    assert "Settled" in shown


def gone_astray():
    """An answer that was looked after; what went to the wrong address was not told again."""
    visit = AppointmentFactory()
    told(visit=visit, state=State.ACCEPTED)
    sam = UserFactory(role="Front desk")
    answered(AnswerKind.NOT_ME, visit=visit, handled_by=sam, handled_at=timezone.now())
    Patient.objects.filter(pk=visit.patient_id).update(email=f"right{visit.pk}@example.com")


@pytest.mark.parametrize("role", ["Front desk", "Practitioner"])
def test_three_answers_cost_as_much_as_one(client, role):
    client.force_login(UserFactory(role=role))
    counts = []

    for more in (1, 2):
        for _ in range(more):
            answered(AnswerKind.URGENT)
            answered(AnswerKind.NOT_ME)
            answered(AnswerKind.SORE)
            PatientFactory(email=answered(AnswerKind.NOT_ME).address)
            gone_astray()
        with CaptureQueriesContext(connection) as queries:
            shown = page(client)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert shown.count("went to the wrong address") == 3


def test_a_practitioner_reads_answers_and_changes_none(client):
    answer = answered(AnswerKind.NOT_ME)
    client.force_login(UserFactory(role="Practitioner"))

    shown = page(client)

    assert answer.address in shown
    assert "The address is right" not in shown
    assert {post(client, name, answer).status_code for name in CHANGES} == {403}


def test_strangers_and_people_without_a_role_see_no_answers(client):
    answer = answered(AnswerKind.URGENT)

    stranger = client.get(ANSWERS)
    posted = [client.post(reverse(f"reminders:{name}", args=[answer.pk])) for name in CHANGES]
    client.force_login(UserFactory())

    assert stranger["Location"].startswith("/accounts/login/")
    assert all(one["Location"].startswith("/accounts/login/") for one in posted)
    assert client.get(ANSWERS).status_code == 403


@pytest.mark.parametrize("name", CHANGES)
def test_an_unknown_answer_is_not_found_and_a_change_takes_a_post(desk, name):
    assert desk.post(reverse(f"reminders:{name}", args=[10**30])).status_code == 404
    assert desk.get(reverse(f"reminders:{name}", args=[1])).status_code == 405


def test_hostile_names_are_only_text(desk):
    patient = PatientFactory(family_name="<script>alert(1)</script>")
    answered(AnswerKind.URGENT, visit=AppointmentFactory(patient=patient))

    assert "<script>alert" not in page(desk)


def test_after_a_slip_every_other_button_still_leads_to_the_list(desk):
    answers = [answered(AnswerKind.NOT_ME) for _ in range(A_PAGE + 1)]
    wrong = desk.post(reverse("reminders:correct_address", args=[answers[-1].pk]) + "?page=1", {"to": "nonsense"})
    shown = wrong.content.decode()

    leads = {*re.findall(r'name="next" value="([^"]+)"', shown), *re.findall(r'rel="next" href="([^"]+)"', shown)}

    assert leads
    assert {one for one in leads if desk.get(one).status_code != 200} == set()


def test_undo_is_not_offered_where_it_could_do_nothing(desk):
    answer = answered(AnswerKind.NOT_ME)
    Patient.objects.update(email="new@example.com")

    settled = post(desk, "look_after", answer).content.decode()

    assert "Looked after." in settled
    assert reverse("reminders:reopen", args=[answer.pk]) not in settled


def test_whoever_is_led_to_a_button_by_signing_in_reads_what_has_happened(desk):
    page = desk.get(reverse("reminders:look_after", args=[answered(AnswerKind.URGENT).pk]))

    assert page.status_code == 405
    assert "only a button that was pressed" in page.content.decode()


def test_what_was_looked_after_by_mistake_can_be_opened_again_later(desk, clock):
    """The toast is gone after a few seconds, and mail would go to the stranger again."""
    answer = answered(AnswerKind.NOT_ME)
    post(desk, "look_after", answer)
    clock.shift(3600)

    shown = page(desk)
    post(desk, "reopen", answer)

    assert f'action="{reverse("reminders:reopen", args=[answer.pk])}"' in shown
    assert Answer.objects.open().get() == answer
