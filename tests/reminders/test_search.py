"""Finding a message by whom it went to, the address or the subject."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reminders import lists
from tests.factories import AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.written import by_hand, to_staff, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SEARCH = reverse("reminders:search")


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def found(client, text, **query):
    return client.get(SEARCH, {"q": text, **query}).content.decode()


@pytest.mark.parametrize("text", ["Quill", "quil", "quill@exam", "Invoice fo", "Quil Ana"])
def test_a_message_is_found_by_name_address_and_subject(desk, text):
    patient = PatientFactory(family_name="Quill", email="quill@example.com")
    wanted = by_hand(patient=patient, subject="Invoice for May")
    other = by_hand()

    shown = found(desk, text)

    assert f"message-{wanted.pk}" in shown
    assert f"message-{other.pk}" not in shown


def test_a_familys_letter_is_found_by_each_of_them(desk):
    ben = AppointmentFactory(patient__family_name="Quill")
    message = told(visits=[AppointmentFactory(), ben])

    assert f"message-{message.pk}" in found(desk, "Quill")


def test_the_newest_stands_first(desk):
    old = by_hand(subject="Needle count", created_at=timezone.now() - timedelta(days=40))
    new = to_staff(subject="Needle count")

    shown = found(desk, "needle count")

    assert shown.index(f"message-{new.pk}") < shown.index(f"message-{old.pk}")


def test_what_is_more_than_a_page_goes_on_with_the_same_words(desk):
    messages = [by_hand(subject="Invoice", created_at=timezone.now() - timedelta(hours=n)) for n in range(26)]

    first, second = found(desk, "Invoice"), found(desk, "Invoice", page=2)

    assert "q=Invoice&amp;page=2" in first
    assert f"message-{messages[-1].pk}" not in first
    assert f"message-{messages[-1].pk}" in second


@pytest.mark.parametrize("text", ["nobody at all", "%", "_", " ", "<script>alert(1)</script>", "x" * 500])
def test_what_finds_nothing_says_so(desk, text):
    by_hand()

    shown = found(desk, text)

    assert "No message is found for" in shown or "Write a patient" in shown
    assert "<script>alert" not in shown


def test_nothing_typed_finds_nothing(desk):
    by_hand()

    assert "Write a patient" in desk.get(SEARCH).content.decode()


def test_three_found_cost_as_much_as_one(desk):
    counts = []

    for more in (1, 2):
        for _ in range(more):
            told(visits=[AppointmentFactory(), AppointmentFactory()], subject="Invoice")
        with CaptureQueriesContext(connection) as queries:
            found(desk, "Invoice")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_strangers_and_people_without_a_role_search_nothing(client):
    assert client.get(SEARCH)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(SEARCH).status_code == 403


def test_a_patients_message_of_long_ago_is_found_by_the_beginning_of_their_address(desk):
    old = by_hand(patient=PatientFactory(email="quill@example.com"), created_at=timezone.now() - timedelta(days=400))

    assert f"message-{old.pk}" in found(desk, "Quill@ex")


def test_an_address_that_was_corrected_since_and_a_subject_are_found_for_three_months(desk):
    lately, long_ago = timezone.now() - timedelta(days=89), timezone.now() - timedelta(days=91)
    sent = {at: by_hand(to="wrong@example.com", subject="Invoice", created_at=at) for at in (lately, long_ago)}

    shown = [found(desk, text) for text in ("wrong@", "Invoice")]

    assert all(f"message-{sent[lately].pk}" in one for one in shown)
    assert not any(f"message-{sent[long_ago].pk}" in one for one in shown)


def test_no_more_are_counted_than_anybody_looks_through(desk, monkeypatch):
    monkeypatch.setattr(lists, "MOST_FOUND", 2)
    messages = [by_hand(subject="Invoice", created_at=timezone.now() - timedelta(hours=n)) for n in range(3)]

    shown = found(desk, "Invoice")

    assert "the newest 2" in shown
    assert [f"message-{message.pk}" in shown for message in messages] == [True, True, False]
