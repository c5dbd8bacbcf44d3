"""How often a stranger may be wrong, and a patient may press; and that nobody pays for a neighbour."""

from datetime import timedelta

import pytest
from django.test import Client

from reminders import limiting, links
from reminders.limiting import POSTS, WINDOW, WRONG_TOKENS
from reminders.links import Own, Purpose
from reminders.models import Answer
from scheduling.models import Appointment, Status
from tests.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
GUESS = "/visit/confirm/guess/"


@pytest.fixture
def visit():
    return AppointmentFactory()


@pytest.fixture
def guesser(client):
    """Has used up what one address may guess."""
    assert {client.get(GUESS).status_code for _ in range(WRONG_TOKENS)} == {404}
    return client


def test_a_guesser_is_told_to_wait_in_words_for_patients(guesser):
    response = guesser.get(GUESS)

    assert response.status_code == 429
    assert response["Retry-After"] == str(WINDOW)
    assert "Nothing was changed. Wait ten minutes" in response.content.decode()
    assert "555-0100" in response.content.decode()
    assert "sign in" not in response.content.decode().lower()


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("path", ["/visit/cancel/guess/", "/visit/change/guess/", "/mail/preferences/guess/"])
def test_it_counts_on_every_page_and_for_every_method(guesser, path, method):
    assert getattr(guesser, method)(path).status_code == 429


def test_after_a_while_it_may_be_tried_again(guesser, clock):
    clock.shift(timedelta(seconds=WINDOW))

    assert guesser.get(GUESS).status_code == 404


def test_who_has_a_link_that_works_is_not_kept_out_by_a_neighbour(guesser, visit):
    response = guesser.post(links.path(Purpose.CONFIRM, visit), follow=True)

    assert "Your visit is confirmed" in response.content.decode()


def test_other_addresses_do_not_pay(guesser):
    assert Client(REMOTE_ADDR="192.0.2.7").get(GUESS).status_code == 404


@pytest.mark.parametrize("nowhere", ["", "unix:", "a socket"])
def test_who_comes_from_nowhere_gets_the_same_answer(client, nowhere):
    known, unknown = (one.get(GUESS) for one in (client, Client(REMOTE_ADDR=nowhere)))

    assert (unknown.status_code, unknown.content) == (404, known.content)


def test_a_household_has_one_address_of_the_new_kind(visit):
    for number in range(WRONG_TOKENS):
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}").get(GUESS)

    assert Client(REMOTE_ADDR="2001:db8:1:2:ffff::1").get(GUESS).status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").get(GUESS).status_code == 404


def test_mail_providers_stop_messages_from_few_addresses_and_old_links_of_theirs_count_for_nothing(client, visit):
    for _ in range(WRONG_TOKENS + 1):
        assert client.post("/mail/unsubscribe/old/").status_code == 404

    assert client.get(GUESS).status_code == 404
    assert client.post(links.own_path(Own.UNSUBSCRIBE, visit.patient)).status_code == 302


def test_a_patient_who_presses_on_and_on_is_told_to_wait_and_the_others_are_not(client, visit):
    other = AppointmentFactory()
    for _ in range(POSTS):
        client.post(links.path(Purpose.NOT_ME, visit))
    Answer.objects.all().delete()

    refused = client.post(links.path(Purpose.CANCEL, visit))

    assert refused.status_code == 429
    assert Appointment.objects.get(pk=visit.pk).status == Status.BOOKED
    assert client.get(links.path(Purpose.CANCEL, visit)).status_code == 200
    assert client.post(links.path(Purpose.CONFIRM, other)).status_code == 302


def test_without_the_cache_patients_are_served(client, visit, no_cache, caplog):
    answers = client.post(links.path(Purpose.CONFIRM, visit)), client.get(GUESS)

    assert [answer.status_code for answer in answers] == [302, 404]
    assert limiting.counted("post", 1) == 0
    assert "The cache does not answer" in caplog.text
