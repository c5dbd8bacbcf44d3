"""Answers that somebody has to look after: who asks to be called, who got another person's mail."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient
from reminders import links
from reminders.links import LinkEnded, Purpose
from reminders.models import Answer, AnswerKind
from tests.factories import AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.written import answered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ANSWERS = reverse("reminders:answers")
CHANGES = ["look_after", "reopen", "correct_address"]


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


def test_what_needs_nobody_is_not_on_the_list(desk):
    answered(AnswerKind.WELL)
    answered(AnswerKind.SORE)

    assert "Nobody asks to be called" in page(desk)


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


def test_what_was_answered_again_meanwhile_cannot_be_opened_again(desk):
    answer = answered(AnswerKind.URGENT)
    post(desk, "look_after", answer)
    answered(AnswerKind.URGENT, visit=answer.visit)

    response = post(desk, "reopen", answer)

    assert response.status_code == 409
    assert Answer.objects.open().count() == 1


def test_a_corrected_address_is_the_patients_and_ends_the_old_links(desk):
    answer = answered(AnswerKind.NOT_ME)
    old = links.token(Purpose.CONFIRM, answer.visit)

    shown = post(desk, "correct_address", answer, to="right@example.com").content.decode()

    answer.patient.refresh_from_db()
    assert answer.patient.email == "right@example.com"
    assert not Answer.objects.open().exists()
    assert "is written to at right@example.com from now on." in shown
    with pytest.raises(LinkEnded):
        links.opened(Purpose.CONFIRM, old, now=timezone.now())


@pytest.mark.parametrize("to", ["", "ana@", "a@b.c\r\nBcc: x@y.z", "x" * 10_000, "😀@example.com"])
def test_what_is_no_address_is_an_error_in_its_row(desk, to):
    answer = answered(AnswerKind.NOT_ME)

    response = post(desk, "correct_address", answer, to=to)

    assert response.status_code == 400
    assert f'id="error_1_id_{answer.pk}_to"' in response.content.decode()
    assert Answer.objects.open().exists()


def test_the_wrong_address_is_no_correction(desk):
    answer = answered(AnswerKind.NOT_ME)

    response = post(desk, "correct_address", answer, to=answer.address)

    assert response.status_code == 409
    assert "This is the address that is somebody else" in response.content.decode()
    assert Answer.objects.open().exists()


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


def test_three_answers_cost_as_much_as_one(desk):
    counts = []

    for more in (1, 2):
        for _ in range(more):
            answered(AnswerKind.URGENT)
            answered(AnswerKind.NOT_ME)
            PatientFactory(email=answered(AnswerKind.NOT_ME).address)
        with CaptureQueriesContext(connection) as queries:
            page(desk)
        counts.append(len(queries))

    assert counts[0] == counts[1]


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


def test_whoever_shares_the_wrong_address_is_shown_and_corrected_with_it(desk):
    ana, ben = (PatientFactory(given_name=name, email="home@example.com") for name in ("Ana", "Ben"))
    away = PatientFactory(email="else@example.com")
    merged = PatientFactory(given_name="Old", email="home@example.com", merged_into=ben)
    answer = answered(AnswerKind.NOT_ME, visit=AppointmentFactory(patient=ana))

    before = page(desk)
    after = post(desk, "correct_address", answer, to="right@example.com").content.decode()

    assert f"Also the address of <b><bdi>{ben.name}</bdi></b>" in before
    assert f"{ana.name} and {ben.name} are written to at right@example.com from now on." in after
    assert {one.email for one in Patient.objects.filter(pk__in=[ana.pk, ben.pk])} == {"right@example.com"}
    assert Patient.objects.get(pk=away.pk).email == "else@example.com"
    assert Patient.objects.get(pk=merged.pk).email == "home@example.com"


def test_who_has_no_address_shares_none(desk):
    answer = answered(AnswerKind.NOT_ME, visit=AppointmentFactory(patient__email=""))
    other = PatientFactory(email="")

    post(desk, "correct_address", answer, to="right@example.com")

    other.refresh_from_db()
    assert other.email == ""


def test_of_many_who_share_an_address_some_are_named(desk):
    people = [PatientFactory(given_name=f"P{number}", email="home@example.com") for number in range(7)]
    answer = answered(AnswerKind.NOT_ME, visit=AppointmentFactory(patient=people[0]))

    shown = post(desk, "correct_address", answer, to="right@example.com").content.decode()

    assert f"{people[3].name} and 3 others are written to" in shown
