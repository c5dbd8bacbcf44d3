"""New visit: taking a time."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from clinic.models import TimeOff
from scheduling import booking
from scheduling.models import Appointment
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)
from tests.scheduling.pages import BOOK, HANDS_ON, HOSTILE, HTMX, NEW_YORK, NOW, slot, url, wish

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("sam")
def test_the_page_begins_empty_and_asks_for_a_service(client, service):
    page = client.get(BOOK).content.decode()

    assert "Choose a service to see the free times." in page
    assert 'name="slot"' not in page


@pytest.mark.usefixtures("sam")
def test_the_best_times_of_everybody_are_offered(client, service, kim):
    page = client.get(BOOK, {"service": service.pk, "day": "2030-05-13"}).content.decode()

    assert f'value="{slot(kim, datetime(2030, 5, 13, 7, tzinfo=NEW_YORK))}"' in page
    assert "Mon 13 May 07:00" in page


def test_a_visit_is_booked_and_shown_with_a_way_back(client, sam, service, kim, ana):
    answer = client.post(BOOK, wish(ana, service, kim))

    visit = Appointment.objects.get()
    assert (visit.patient, visit.practitioner, visit.starts_at) == (ana, kim, MONDAY_TEN)
    assert (visit.booked_by, visit.note) == (sam, "By phone")
    assert (answer.status_code, answer.url) == (302, visit.get_absolute_url())
    page = client.get(answer.url).content.decode()
    assert "Booked: Ana Ortiz, Mon 13 May 10:00 with Kim." in page
    assert url("cancel", visit) in page


@pytest.mark.usefixtures("sam")
def test_a_double_click_books_once(client, service, kim, ana):
    filled = wish(ana, service, kim)

    answers = [client.post(BOOK, filled) for _ in range(2)]

    visit = Appointment.objects.get()
    assert {answer.url for answer in answers} == {visit.get_absolute_url()}


@pytest.mark.usefixtures("sam")
def test_the_form_sent_again_with_another_patient_books_nothing_and_gets_a_new_key(client, service, kim, ana):
    filled = wish(ana, service, kim)
    client.post(BOOK, filled)

    answer = client.post(BOOK, filled | {"patient": PatientFactory().pk})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This form was sent before and booked Ana Ortiz with Kim, Mon 13 May, 10:00." in page
    assert filled["request_key"] not in page
    assert Appointment.objects.count() == 1


@pytest.mark.usefixtures("sam")
def test_a_clash_names_who_is_busy_offers_three_times_and_keeps_what_was_typed(client, service, kim, ana):
    booking.book(
        patient=PatientFactory(given_name="Li"), service=service, practitioner=kim, starts_at=MONDAY_TEN, by=None
    )
    filled = wish(ana, service, kim)

    answer = client.post(BOOK, filled)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Kim is with Li until 11:00. Nothing is booked." in page
    assert page.count('name="slot"') == 3
    for kept in ["By phone", filled["request_key"], f'name="patient" value="{ana.pk}"']:
        assert kept in page
    assert Appointment.objects.count() == 1
    again = client.post(BOOK, filled | {"slot": slot(kim, MONDAY_TEN + timedelta(hours=1))})
    assert again.status_code == 302


@pytest.mark.usefixtures("sam")
def test_a_refusal_of_the_rooms_above_is_shown_as_it_is(client, service, kim, ana):
    TimeOff.objects.create(resource=kim, span=(MONDAY_TEN, MONDAY_TEN + timedelta(hours=2)))

    answer = client.post(BOOK, wish(ana, service, kim))

    assert answer.status_code == 409
    assert "Kim is away until 12:00. Nothing is booked." in answer.content.decode()


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"patient": ""}, "Choose a patient first."),
        ({"patient": "4711"}, "Choose a patient from the list."),
        ({"patient": "1' OR 1=1"}, "Choose a patient from the list."),
        ({"patient": str(10**30)}, "Choose a patient from the list."),
        ({"service": ""}, "Choose a service first."),
        ({"service": "-1"}, "Choose a service from the list."),
        ({"slot": ""}, "Choose a time."),
        ({"slot": "kim@ten"}, "Choose a time from the list."),
        ({"slot": "1@99999999999999999999"}, "Choose a time from the list."),
        ({"slot": "4711@1905000000"}, "This practitioner does not work here any more. Choose another time."),
        ({"note": "x" * 100_000}, "A note has at most 300 letters."),
        ({"request_key": "not a key"}, "This page is out of date. Open it anew."),
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_nothing_is_written(client, service, kim, ana, changes, sentence):
    answer = client.post(BOOK, wish(ana, service, kim) | changes)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (NOW - timedelta(hours=2), "That time has passed. Choose a later one."),
        (MONDAY_TEN + timedelta(minutes=2), "Visits start on the five minutes."),
        (datetime(2033, 1, 3, 10, tzinfo=NEW_YORK), "Choose a day within the next two years."),
        (datetime(4000, 1, 3, 10, tzinfo=NEW_YORK), "Choose a day within the next two years."),
    ],
)
def test_a_time_that_nobody_can_have_is_refused_in_words(client, service, kim, ana, start, sentence):
    answer = client.post(BOOK, wish(ana, service, kim, slot=slot(kim, start)))

    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
def test_hostile_text_is_kept_as_text(client, service, kim):
    ana = PatientFactory(given_name="<b>Ana</b>", family_name="Ortiz")
    client.post(BOOK, wish(ana, service, kim, note=HOSTILE))

    visit = Appointment.objects.get()
    page = client.get(visit.get_absolute_url()).content.decode()

    assert visit.note == HOSTILE
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🙃" in page
    assert "<b>Ana</b>" not in page


@pytest.mark.usefixtures("sam")
def test_a_zero_byte_is_refused_and_books_nothing(client, service, kim, ana):
    assert client.post(BOOK, wish(ana, service, kim, note="a\0b")).status_code == 400
    assert client.get(BOOK, {"at": "1\x005"}).status_code == 400
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
def test_a_body_beyond_the_limit_is_413(client, service, kim, ana):
    assert client.post(BOOK, wish(ana, service, kim, note="x" * 2_000_000)).status_code == 413


# Looking


@pytest.mark.usefixtures("sam")
def test_a_wanted_time_that_is_free_is_chosen_already(client, service, kim):
    page = client.get(BOOK, {"service": service.pk, "day": "2030-05-13", "at": "15"}).content.decode()

    chosen = page.split('id="times"')[1].split(" checked")[0].rsplit("<input", 1)[1]
    assert slot(kim, datetime(2030, 5, 13, 15, tzinfo=NEW_YORK)) in chosen


@pytest.mark.usefixtures("sam")
def test_a_wanted_time_that_is_not_free_is_explained_with_the_nearest(client, service, kim):
    AppointmentFactory(practitioner=kim, service=service, start=MONDAY_TEN)

    page = client.get(BOOK, {"service": service.pk, "day": "2030-05-13", "at": "10:30"}).content.decode()

    assert "Kim is with Ana until 11:00. The nearest free times:" in page
    assert page.count('name="slot"') == 3


@pytest.mark.usefixtures("sam")
def test_a_wanted_time_is_meant_at_the_location(client, kim):
    far = LocationFactory(name="Far", zone_name="Australia/Lord_Howe")
    TableFactory(location=far)
    kim.hours.update(location=far)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)

    page = client.get(
        BOOK, {"service": service.pk, "day": "2030-10-06", "at": "9", "location": far.pk}
    ).content.decode()

    assert slot(kim, datetime(2030, 10, 6, 9, tzinfo=far.zone)) in page
    assert "Sun 6 Oct 09:00" in page


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("at", "soon", "Write a time of day, such as 15, 15:30 or 3 pm."),
        ("at", "25", "Write a time of day, such as 15, 15:30 or 3 pm."),
        ("at", "15:61", "Write a time of day, such as 15, 15:30 or 3 pm."),
        ("at", "x" * 5000, "Write a time of day, such as 15, 15:30 or 3 pm."),
        ("at", "15:32", "Visits start on the five minutes, such as 15:05."),
        ("day", "soon", "Write the day as 2031-05-14."),
        ("day", "9999-12-31", "Choose a day within the next two years."),
        ("service", "4711", "Choose a service from the list."),
        ("practitioner", "4711", "Choose a practitioner from the list."),
        ("patient", "4711", "Choose a patient from the list."),
        ("patient", "9" * 5000, "Choose a patient from the list."),
        ("location", "x", "Choose a location from the list."),
    ],
)
def test_what_cannot_be_looked_for_is_said(client, service, field, typed, sentence):
    for headers in ({}, HTMX):
        answer = client.get(BOOK, {"service": service.pk, field: typed}, headers=headers)

        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert 'name="slot"' not in answer.content.decode()


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("typed", "clock"), [("15", "15:00"), ("1530", "15:30"), ("3 pm", "15:00"), ("9.05 a.m.", "09:05")]
)
def test_a_time_is_typed_as_people_write_it(client, service, typed, clock):
    page = client.get(BOOK, {"service": service.pk, "day": "2030-05-13", "at": typed}).content.decode()

    assert f"Mon 13 May {clock}" in page


@pytest.mark.usefixtures("sam")
def test_when_nothing_is_free_later_days_are_offered(client, service, kim):
    TimeOff.objects.create(resource=kim, span=(NOW, NOW + timedelta(days=40)))

    page = client.get(BOOK, {"service": service.pk, "day": "2030-05-13"}).content.decode()

    assert "No free time in 14 days." in page
    assert "Look from 27 May on" in page
    later = page.split('data-later="2030-05-27"')[0].rsplit('href="?', 1)[1].split('"')[0].replace("&amp;", "&")
    assert parse_qs(later)["day"] == ["2030-05-27"]


@pytest.mark.usefixtures("sam")
def test_a_patient_may_be_given_and_brings_the_usual_service(client, service, kim, ana):
    AppointmentFactory(patient=ana, practitioner=kim, service=service, start=NOW - timedelta(days=7))

    page = client.get(BOOK, {"patient": ana.pk}).content.decode()

    assert f'name="patient" value="{ana.pk}" checked' in page
    assert f'<option value="{service.pk}" selected>Massage</option>' in page
    assert 'name="slot"' in page


@pytest.mark.usefixtures("sam")
def test_without_script_the_letters_come_along_and_name_the_patients(client, ana):
    page = client.get(BOOK, {"q": "ort"}).content.decode()

    assert f'name="patient" value="{ana.pk}"' in page


@pytest.mark.usefixtures("sam")
def test_a_fragment_is_only_the_times(client, service, ana):
    answer = client.get(BOOK, {"service": service.pk, "patient": ana.pk}, headers=HTMX)

    page = answer.content.decode()
    assert "<html" not in page
    assert f'<input type="hidden" name="patient" value="{ana.pk}">' in page


@pytest.mark.usefixtures("sam")
def test_free_times_cost_the_same_for_one_practitioner_and_for_three(client, service, kim, ana, cost):
    alone = cost(lambda: client.get(BOOK, {"service": service.pk, "patient": ana.pk}, headers=HTMX))

    team = PractitionerFactory.create_batch(2)
    service.practitioners.add(*team)
    for number, one in enumerate([kim, *team]):
        AppointmentFactory(practitioner=one, service=service, start=MONDAY_TEN + timedelta(hours=number))
    three = cost(lambda: client.get(BOOK, {"service": service.pk, "patient": ana.pk}, headers=HTMX))

    assert alone == three
    assert alone - cost(lambda: client.get("/schedule/book/", {"at": "x"}, headers=HTMX)) <= 6


def test_booking_through_the_page_stays_within_its_budget(client, sam, service, kim, ana, cost):
    bare = cost(lambda: client.get(BOOK, headers=HTMX))

    assert cost(lambda: client.post(BOOK, wish(ana, service, kim))) - bare <= 20


@pytest.mark.usefixtures("sam")
def test_book_without_a_time_or_a_patient_says_what_lacks_and_keeps_all_that_was_typed(client, service):
    PatientFactory.create_batch(2, family_name="Ortiz")

    answer = client.post(BOOK, {"service": service.pk, "day": "2030-05-14", "note": "By phone", "q": "ortiz"})

    page = answer.content.decode()
    assert page.count("Choose a time.") == 2
    assert '<a href="#times">Choose a time.</a>' in page
    assert '<a href="#q">Choose a patient first.</a>' in page
    assert 'name="q" value="ortiz"' in page
    assert page.count('name="patient" value="') - page.count('name="patient" value=""') == 2
    assert 'value="By phone"' in page
    assert 'value="2030-05-14"' in page
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
def test_nobody_looks_chosen_before_the_form_knows(client, ana, service):
    page = client.get(BOOK, {"q": "ortiz", "service": service.pk}).content.decode()

    assert f'name="patient" value="{ana.pk}">' in page


@pytest.mark.usefixtures("sam")
def test_without_script_somebody_new_is_registered_and_comes_back_with_the_service(client, service):
    page = client.get(BOOK, {"q": "Nobody Here", "service": service.pk}).content.decode()
    [link] = re.findall(r'href="(/patients/register/[^"]+)"', page)

    query = parse_qs(urlsplit(unescape(link)).query)

    assert query["name"] == ["Nobody Here"]
    assert parse_qs(urlsplit(query["next"][0]).query)["service"] == [str(service.pk)]


@pytest.mark.usefixtures("sam")
def test_a_click_in_the_calendar_brings_place_time_and_table_along(client, service, kim, ana):
    table = TableFactory(name="T9")
    clicked = {"practitioner": kim.pk, "location": table.location_id, "day": "2030-05-13", "at": "10:00"}

    page = client.get(BOOK, clicked | {"table": table.pk, "service": service.pk, "patient": ana.pk}).content.decode()
    client.post(BOOK, wish(ana, service, kim, table=table.pk))

    assert f'value="{slot(kim)}" required data-says="Mon 13 May 10:00 with Kim" checked' in page
    assert f'<option value="{table.pk}" selected>T9, Room 1, Riverside</option>' in page
    assert Appointment.objects.get().table == table


@pytest.mark.usefixtures("sam")
def test_a_time_that_the_clocks_jump_over_is_told(client, service, kim):
    asked = {"service": service.pk, "practitioner": kim.pk, "day": "2031-03-09", "at": "02:30"}

    page = client.get(BOOK, asked).content.decode()

    assert "02:30 does not exist that day." in page


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("typed", ["4711", "x", "9" * 50])
def test_an_unknown_table_books_nothing(client, service, kim, ana, typed):
    answer = client.post(BOOK, wish(ana, service, kim, table=typed))

    assert "Choose a table from the list." in answer.content.decode()
    assert not Appointment.objects.exists()
