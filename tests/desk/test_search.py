"""The search box, the page of patients."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.desk.test_today import text
from tests.factories import MONDAY_TEN, AppointmentFactory, HealthFactFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SEARCH, PATIENTS = reverse("desk:search"), reverse("desk:patients")
HOSTILE = ["<script>alert(1)</script>", "%", "'; DROP TABLE patients;--", "\u202e\u200f", "😀😀😀", "x" * 20_000]


def box(client, typed):
    return client.get(SEARCH, {"q": typed}, headers=HTMX).content.decode()


@pytest.mark.parametrize("url", [SEARCH, PATIENTS])
def test_search_asks_for_a_login_and_a_role(client, url):
    assert "/accounts/login/" in client.get(url, {"q": "ort"}).headers["Location"]

    client.force_login(UserFactory())
    assert client.get(url, {"q": "ort"}).status_code == 403


def test_the_box_gets_a_list_of_people_with_todays_visit(client, desk):
    visit = AppointmentFactory(start=MONDAY_TEN + timedelta(minutes=30))
    PatientFactory(given_name="Li", family_name="Chen")

    html = box(client, "ort")

    assert "<ul data-results>" in html
    assert visit.patient.get_absolute_url() in html
    assert "today 10:30" in text(html)
    assert "Chen" not in html
    assert "<html" not in html


def test_the_box_leads_to_pages_that_the_role_may_open(client, desk):
    assert reverse("reminders:messages") in box(client, "mess")
    assert "<li>" not in box(client, "")


def test_whoever_is_not_found_can_be_registered(client, desk):
    assert f"{reverse('patients:register')}?name=Eva%20Diaz" in box(client, "Eva Diaz")


def test_enter_opens_the_one_person_found(client, desk):
    ana = PatientFactory()

    assert client.get(SEARCH, {"q": ana.family_name}).headers["Location"] == ana.get_absolute_url()


def test_enter_lists_everybody_found(client, desk):
    PatientFactory(family_name="Ortiz")
    PatientFactory(family_name="Ortiz")

    answer = client.get(SEARCH, {"q": "ortiz"}, follow=True)

    assert answer.redirect_chain == [(f"{PATIENTS}?q=ortiz", 302)]
    assert answer.content.decode().count("Ortiz, Ana") == 2


def test_the_page_shows_who_was_here_last_while_nothing_is_typed(client, desk):
    old = AppointmentFactory(start=MONDAY_TEN - timedelta(days=3), status="completed")
    new = AppointmentFactory(start=MONDAY_TEN - timedelta(days=1), status="completed")
    ahead = AppointmentFactory(start=MONDAY_TEN + timedelta(days=1))

    html = client.get(PATIENTS).content.decode()

    assert "Recently seen" in html
    assert html.index(new.patient.get_absolute_url()) < html.index(old.patient.get_absolute_url())
    assert ahead.patient.get_absolute_url() not in html


def test_a_practitioner_is_shown_the_own_patients(client, kim):
    mine = AppointmentFactory(practitioner=kim, start=MONDAY_TEN - timedelta(days=3), status="completed")
    other = AppointmentFactory(start=MONDAY_TEN - timedelta(days=1), status="completed")

    html = client.get(PATIENTS).content.decode()

    assert mine.patient.get_absolute_url() in html
    assert other.patient.get_absolute_url() not in html


def test_typing_gets_the_list_alone(client, desk):
    PatientFactory(family_name="Ortiz")

    html = client.get(PATIENTS, {"q": "ort"}, headers=HTMX).content.decode()

    assert html.lstrip().startswith('<section id="found"')
    assert "Ortiz" in html


def test_empty_lists_say_what_to_do_next(client, desk):
    assert "Nobody has been here yet." in text(client.get(PATIENTS).content.decode())
    assert "Nobody is found for “zzz”." in text(client.get(PATIENTS, {"q": "zzz"}).content.decode())


def test_a_name_of_a_patient_shows_no_health_fact(client, desk):
    fact = HealthFactFactory(code="pacemaker")

    assert "acemaker" not in box(client, fact.patient.family_name)
    assert "acemaker" not in client.get(PATIENTS, {"q": "ortiz"}).content.decode()


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_letters_are_text_and_find_nobody(client, desk, typed):
    PatientFactory()

    answers = [
        client.get(SEARCH, {"q": typed}, headers=HTMX),
        client.get(SEARCH, {"q": typed}, follow=True),
        client.get(PATIENTS, {"q": typed}),
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_a_zero_byte_is_refused(client, desk):
    assert client.get(SEARCH, {"q": "\0ort"}).status_code == 400


@pytest.mark.parametrize(("typed", "most"), [("ortiz", 2), ("otriz", 4), ("", 3)])
def test_a_search_costs_the_same_for_one_and_for_three(client, desk, typed, most, django_assert_max_num_queries):
    counts = []
    for count in (1, 2):
        for _ in range(count):
            AppointmentFactory(
                start=MONDAY_TEN - timedelta(hours=2), patient=PatientFactory(family_name="Ortiz"), status="completed"
            )
        with django_assert_max_num_queries(most + 6) as seen:  # the user, the permissions, savepoints
            client.get(PATIENTS, {"q": typed}, headers=HTMX)
        counts.append(len(seen))

    assert counts[0] == counts[1]
