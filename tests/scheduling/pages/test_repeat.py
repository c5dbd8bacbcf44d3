"""The same visit on the next Tuesdays: every clash is shown and solved before anything is written."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from clinic.models import TimeOff
from scheduling import booking
from scheduling.models import Appointment, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, PractitionerFactory, UserFactory
from tests.scheduling.pages import BOOK, HOSTILE, NEW_YORK, NOW, REPEAT, slot, url

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
MONDAYS = ["2030-05-13", "2030-05-20", "2030-05-27", "2030-06-03", "2030-06-10", "2030-06-17"]


def asked(patient, service, practitioner, **changes):
    """What the booking page sends with "Repeat weekly"."""
    return {"patient": patient.pk, "service": service.pk, "slot": slot(practitioner), "note": "By phone"} | changes


def answered(patient, service, practitioner, picks=None, **changes):
    """What the dates' page sends: each of the Mondays at ten, unless told otherwise."""
    days = {day: slot(practitioner, MONDAY_TEN + number * WEEK) for number, day in enumerate(MONDAYS)} | (picks or {})
    answers = {f"pick-{day}": answer for day, answer in days.items()}
    sent = {"date": list(days), "count": "6", "every": "1", "request_key": str(uuid4()), "book": "1"}
    return asked(patient, service, practitioner) | sent | answers | changes


def picked(page):
    """{date: value} of the answers that are chosen on the page."""
    chosen = re.findall(r'name="pick-([0-9-]+)" value="([^"]*)" checked', page)
    return dict(chosen)


@pytest.fixture
def busy(kim, service):
    """Kim is with Li on the second Monday at ten."""
    li = PatientFactory(given_name="Li")
    return AppointmentFactory(practitioner=kim, service=service, patient=li, start=MONDAY_TEN + WEEK)


@pytest.mark.usefixtures("sam")
def test_six_dates_are_shown_ticked_and_nothing_is_written(client, ana, service, kim):
    answer = client.post(REPEAT, asked(ana, service, kim))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert list(picked(page)) == MONDAYS
    assert "Book these 6 visits" in page
    assert 'value="By phone"' in page
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
def test_a_clash_says_why_and_offers_times_of_which_none_is_chosen(client, ana, service, kim, busy):
    page = client.post(REPEAT, asked(ana, service, kim)).content.decode()

    assert "Kim is with Li until 11:00." in page
    assert page.count('name="pick-2030-05-20"') == 4
    assert sorted(set(MONDAYS) - set(picked(page))) == ["2030-05-20"]
    assert "Book these 5 visits" in page


def test_all_dates_are_booked_at_once_as_a_series_with_a_way_back(client, sam, ana, service, kim):
    answer = client.post(REPEAT, answered(ana, service, kim))

    visits = list(Appointment.objects.all())
    assert [visit.starts_at for visit in visits] == [MONDAY_TEN + number * WEEK for number in range(6)]
    assert len({visit.series for visit in visits}) == 1
    assert {(visit.note, visit.booked_by) for visit in visits} == {("By phone", sam)}
    assert answer.url == visits[0].get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert "Booked: 6 visits, the first Ana Ortiz, Mon 13 May 10:00 with Kim." in page
    assert url("cancel_series", visits[0]) in page


@pytest.mark.usefixtures("sam")
def test_a_date_may_be_left_out_and_another_take_another_time(client, ana, service, kim, busy):
    later = MONDAY_TEN + WEEK + timedelta(hours=1)

    client.post(REPEAT, answered(ana, service, kim, {"2030-05-20": slot(kim, later), "2030-05-27": "out"}))

    starts = [visit.starts_at for visit in Appointment.objects.filter(patient=ana)]
    assert len(starts) == 5
    assert later in starts
    assert MONDAY_TEN + 2 * WEEK not in starts


@pytest.mark.usefixtures("sam")
def test_a_clash_without_an_answer_books_nothing_and_keeps_what_was_chosen(client, ana, service, kim, busy):
    sent = answered(ana, service, kim, {"2030-05-20": "", "2030-06-03": "out"})

    answer = client.post(REPEAT, sent)

    page = answer.content.decode()
    assert "Some dates are not free. Choose another time for each, or leave it out." in page
    assert page.count("Choose another time, or leave this date out.") == 1
    assert picked(page)["2030-06-03"] == "out"
    assert sent["request_key"] in page
    assert Appointment.objects.filter(patient=ana).count() == 0


@pytest.mark.usefixtures("sam")
def test_a_lost_race_books_nothing_shows_the_new_clash_and_keeps_the_rest(client, ana, service, kim):
    client.post(REPEAT, asked(ana, service, kim))
    booking.book(
        patient=PatientFactory(given_name="Li"), service=service, practitioner=kim, starts_at=MONDAY_TEN + WEEK, by=None
    )

    answer = client.post(REPEAT, answered(ana, service, kim, {"2030-06-17": "out"}))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing is booked. 1 of 5 dates can&#x27;t be had. Mon 20 May: Kim is with Li until 11:00." in page
    assert page.count("What you chose was just taken.") == 1
    assert picked(page) == {day: answer for day, answer in picked(page).items() if day != "2030-05-20"}
    assert (len(picked(page)), picked(page)["2030-06-17"]) == (5, "out")
    assert not Appointment.objects.filter(patient=ana).exists()


@pytest.mark.usefixtures("sam")
def test_a_double_submit_books_once(client, ana, service, kim):
    sent = answered(ana, service, kim)

    answers = [client.post(REPEAT, sent) for _ in range(2)]

    assert Appointment.objects.count() == 6
    assert len({answer.url for answer in answers}) == 1


@pytest.mark.usefixtures("sam")
def test_a_visit_in_the_book_is_repeated_from_the_next_date_on(client, ana, service, kim):
    visit = AppointmentFactory(patient=ana, practitioner=kim, service=service)

    page = client.get(REPEAT, {"visit": visit.pk, "count": "3", "every": "2"}).content.decode()

    assert list(picked(page)) == ["2030-05-27", "2030-06-10", "2030-06-24"]


@pytest.mark.usefixtures("sam")
def test_ten_stays_ten_across_a_clock_change_and_a_skipped_time_is_told(client, ana, service, kim):
    kim.hours.update(starts="01:00")
    night = datetime(2031, 3, 2, 2, 30, tzinfo=NEW_YORK)

    ten = client.post(REPEAT, asked(ana, service, kim, slot=slot(kim, night.replace(hour=10)), count="2")).content
    two = client.post(REPEAT, asked(ana, service, kim, slot=slot(kim, night), count="2")).content.decode()

    assert slot(kim, datetime(2031, 3, 9, 10, 30, tzinfo=NEW_YORK)) in ten.decode()
    assert "02:30 does not exist that day." in two


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"count": "1"}, "Write a number from 2 to 26."),
        ({"count": "27"}, "Write a number from 2 to 26."),
        ({"count": "1e9"}, "Write a number from 2 to 26."),
        ({"count": ""}, "Write a number from 2 to 26."),
        ({"every": "9"}, "Choose how often from the list."),
        ({"slot": ""}, "Choose a patient, a service and a time first."),
        ({"slot": "kim@ten"}, "Choose a time from the list."),
        ({"patient": "4711"}, "Choose a patient from the list."),
        ({"visit": "4711"}, "Choose a visit from the list."),
        ({"note": "x" * 100_000}, "A note has at most 300 letters."),
        ({"request_key": "no key"}, "This page is out of date. Open it anew."),
        ({"pick-2030-05-13": HOSTILE}, "Choose a time from the list."),
        ({"pick-2030-05-13": "4711@1904911200"}, "This practitioner does not work here any more."),
        ({"date": []}, "Every date is left out. Keep at least one."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(client, ana, service, kim, changes, sentence):
    answer = client.post(REPEAT, answered(ana, service, kim) | changes)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
def test_dates_beyond_two_years_are_refused(client, ana, service, kim):
    far = slot(kim, NOW + timedelta(days=720))

    answer = client.post(REPEAT, asked(ana, service, kim, slot=far, count="26", every="4"))

    assert answer.status_code == 409
    assert "more than two years ahead" in answer.content.decode()


@pytest.mark.usefixtures("sam")
def test_a_closed_day_is_a_clash(client, ana, service, kim):
    TimeOff.objects.create(resource=kim, span=(MONDAY_TEN + WEEK, MONDAY_TEN + WEEK + timedelta(days=1)))

    page = client.post(REPEAT, asked(ana, service, kim)).content.decode()

    assert "Kim is away until" in page


@pytest.mark.usefixtures("sam")
def test_looking_costs_the_same_for_two_dates_and_for_six(client, ana, service, kim, cost):
    two = cost(lambda: client.post(REPEAT, asked(ana, service, kim, count="2")))

    service.practitioners.add(*PractitionerFactory.create_batch(2))

    assert cost(lambda: client.post(REPEAT, asked(ana, service, kim, count="6"))) == two


def test_nobody_repeats_without_a_login_or_the_permission(client, ana, service, kim):
    assert client.post(REPEAT, answered(ana, service, kim)).status_code == 302

    client.force_login(UserFactory())

    assert client.get(REPEAT).status_code == 403
    assert client.post(REPEAT, answered(ana, service, kim)).status_code == 403
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
def test_without_anything_chosen_it_leads_to_the_booking_page(client):
    page = client.get(REPEAT).content.decode()

    assert "Choose a patient, a service and a time first." in page
    assert f'href="{BOOK}"' in page


@pytest.mark.usefixtures("sam")
def test_the_visit_tells_its_place_in_the_series_and_leads_to_the_others(client, ana, service, kim):
    client.post(REPEAT, answered(ana, service, kim))
    first, _, third, *_ = Appointment.objects.all()

    page = client.get(third.get_absolute_url()).content.decode()

    assert "3 of 6, every week" in page
    assert f'href="{first.get_absolute_url()}"' in page
    assert "Cancel this and the 3 after it" in page


@pytest.mark.usefixtures("sam")
def test_this_and_the_coming_ones_of_a_series_are_cancelled_with_a_reason(client, ana, service, kim):
    client.post(REPEAT, answered(ana, service, kim))
    third = Appointment.objects.all()[2]

    answers = [client.post(url("cancel_series", third), {"reason": "Moves away"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert "Cancelled: 4 visits of Ana Ortiz." in client.get(third.get_absolute_url()).content.decode()
    gone = Appointment.objects.filter(status=Status.CANCELLED)
    assert [visit.cancel_reason for visit in gone] == ["Moves away"] * 4
    assert Appointment.objects.coming().count() == 2
    assert not any(visit.occupancies.exists() for visit in gone)


@pytest.mark.usefixtures("sam")
def test_a_series_costs_the_same_whatever_its_length(client, ana, service, kim, cost):
    client.post(REPEAT, answered(ana, service, kim))
    visits = list(Appointment.objects.all())
    six = cost(lambda: client.get(visits[0].get_absolute_url()))

    Appointment.objects.filter(pk__in=[visit.pk for visit in visits[1:]]).update(series=uuid4())

    assert cost(lambda: client.get(visits[0].get_absolute_url())) == six
