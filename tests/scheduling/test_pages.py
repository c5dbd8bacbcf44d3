"""The pages of the schedule: who may open them, what they offer and refuse, and that nothing is half-written."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from clinic.models import TimeOff
from scheduling import attending, booking
from scheduling.models import Appointment, Occupancy, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    HealthFactFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

NEW_YORK = ZoneInfo("America/New_York")
NOW = MONDAY_TEN - timedelta(days=3)
BOOK = "/schedule/book/"
HTMX = {"HX-Request": "true"}
HANDS_ON = [("Treatment", 60, True, False)]
HOSTILE = "<script>alert(1)</script> 🙃 \u202eabc"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_friday():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def sam(client):
    sam = UserFactory(first_name="Sam", last_name="Desk", role="Front desk")
    client.force_login(sam)
    return sam


@pytest.fixture
def kim():
    return PractitionerFactory(name="Kim")


@pytest.fixture
def ana():
    return PatientFactory(family_name="Ortiz")


@pytest.fixture
def service(kim):
    TableFactory.create_batch(2)
    return ServiceFactory(name="Massage", by=[kim], stages=HANDS_ON)


def slot(practitioner, starts_at=MONDAY_TEN):
    return f"{practitioner.pk}@{int(starts_at.timestamp())}"


def wish(patient, service, practitioner, **changes):
    filled = {
        "patient": patient.pk,
        "service": service.pk,
        "slot": slot(practitioner),
        "note": "By phone",
        "request_key": str(uuid4()),
    }
    return filled | changes


def url(name, visit):
    return reverse(f"scheduling:{name}", args=[visit.pk])


# Who may


CHANGES = ["confirm", "arrive", "no_show", "cancel", "undo"]


@pytest.mark.parametrize("name", ["book", "visit", "move", *CHANGES])
def test_nobody_gets_in_without_a_login(client, name):
    visit = AppointmentFactory()
    address = reverse("scheduling:book") if name == "book" else url(name, visit)

    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login")


@pytest.mark.parametrize("name", ["book", "visit", "move", *CHANGES])
def test_a_user_without_a_role_is_refused(client, name):
    visit = AppointmentFactory()
    client.force_login(UserFactory())
    address = reverse("scheduling:book") if name == "book" else url(name, visit)
    ask = client.post if name in CHANGES else client.get

    assert ask(address).status_code == 403
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("pk", [0, 4711, 10**30])
@pytest.mark.parametrize("name", ["visit", "move", *CHANGES])
def test_an_unknown_visit_is_not_found(client, name, pk):
    ask = client.post if name in CHANGES else client.get

    assert ask(reverse(f"scheduling:{name}", args=[pk])).status_code == 404


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("name", CHANGES)
def test_opening_a_link_changes_nothing(client, name):
    visit = AppointmentFactory()

    assert client.get(url(name, visit)).status_code == 405
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


# Booking


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


# The visit


@pytest.mark.usefixtures("sam")
def test_the_visit_tells_who_when_where_and_what_happened(client, service, kim, ana):
    mia, bo = UserFactory(first_name="Mia", last_name="L"), UserFactory(first_name="Bo", last_name="D")
    visit = booking.book(patient=ana, service=service, practitioner=kim, starts_at=MONDAY_TEN, by=mia)
    visit = booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(hours=1), by=bo)
    attending.confirm(visit=visit, by=None)

    page = client.get(visit.get_absolute_url()).content.decode()

    for told in [
        "ORTIZ, Ana",
        "Massage",
        "Mon 13 May",
        "11:00",
        "Booked for Mon 13 May, 10:00 with Kim",
        "Mia L",
        "Moved from Mon 13 May, 10:00 with Kim to Mon 13 May, 11:00 with Kim",
        "Confirmed",
        "Bo D",
        "the patient, through a link",
    ]:
        assert told in page, told


@pytest.mark.usefixtures("sam")
def test_the_desk_sees_no_health_and_no_plan(client):
    visit = AppointmentFactory()
    HealthFactFactory(patient=visit.patient, code="pacemaker", detail="left side")

    page = client.get(visit.get_absolute_url()).content.decode()

    assert "acemaker" not in page
    assert "left side" not in page
    assert "Open plan" not in page


def test_a_practitioner_finds_the_plan(client, kim):
    visit = AppointmentFactory(practitioner=kim)
    client.force_login(kim.user)

    assert reverse("sessions:plan", args=[visit.pk]) in client.get(visit.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("status", "before", "offered"),
    [
        ("booked", "", {"arrive", "confirm", "move", "cancel"}),
        ("confirmed", "booked", {"arrive", "move", "cancel", "undo"}),
        ("arrived", "booked", {"cancel", "undo"}),
        ("in_session", "arrived", {"undo"}),
        ("completed", "in_session", set()),
        ("cancelled", "booked", {"undo", "book"}),
        ("no_show", "booked", {"undo", "book"}),
    ],
)
def test_a_visit_offers_what_fits_its_state(client, sam, status, before, offered):
    visit = AppointmentFactory(status=status, status_before=before, status_by=sam, start=NOW + timedelta(hours=1))

    page = client.get(visit.get_absolute_url()).content.decode()

    actions = {name for name in ["arrive", "confirm", "move", "cancel", "undo", "no_show"] if url(name, visit) in page}
    assert actions | ({"book"} if "Book again" in page else set()) == offered


@pytest.mark.usefixtures("sam")
def test_nobody_is_checked_in_days_before_the_visit(client):
    visit = AppointmentFactory(start=NOW + timedelta(days=3))

    assert url("arrive", visit) not in client.get(visit.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("sam")
def test_a_visit_that_has_begun_can_be_a_no_show(client):
    visit = AppointmentFactory(start=NOW - timedelta(minutes=15))

    assert url("no_show", visit) in client.get(visit.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("sam")
def test_the_page_of_a_visit_costs_the_same_whatever_has_happened(client, kim, service, cost):
    visit = AppointmentFactory(practitioner=kim, service=service)
    fresh = cost(lambda: client.get(visit.get_absolute_url()))

    for hours in (1, 2):
        visit = booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(hours=hours), by=UserFactory())

    assert cost(lambda: client.get(visit.get_absolute_url())) == fresh


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


# What happens to it


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("confirm", Status.CONFIRMED, "Ana Ortiz is confirmed."),
        ("arrive", Status.ARRIVED, "Ana Ortiz is checked in."),
        ("no_show", Status.NO_SHOW, "Ana Ortiz did not come. The time is free again."),
        ("cancel", Status.CANCELLED, "Cancelled: Ana Ortiz, Mon 13 May 10:00 with Kim."),
    ],
)
def test_a_press_changes_the_visit_and_offers_undo(client, sam, kim, ana, name, status, told):
    visit = AppointmentFactory(patient=ana, practitioner=kim)

    answer = client.post(url(name, visit), {"reason": "Cold"})

    visit.refresh_from_db()
    assert (visit.status, visit.status_by) == (status, sam)
    assert answer.url == visit.get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert told in page
    client.post(f"{url('undo', visit)}?of={status}")
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED
    assert "Undone. Ana Ortiz is booked again." in client.get(answer.url).content.decode()
    assert visit.occupancies.count() == 3


@pytest.mark.usefixtures("sam")
def test_a_second_press_is_ignored(client):
    visit = AppointmentFactory()

    answers = [client.post(url("arrive", visit)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]


@pytest.mark.usefixtures("sam")
def test_whoever_is_slower_is_told_by_whom(client):
    visit = AppointmentFactory()
    attending.arrive(visit=visit, by=UserFactory(first_name="Mia"))

    for headers in ({}, HTMX):
        answer = client.post(url("arrive", visit), headers=headers)

        assert answer.status_code == 409
        assert "Mia checked Ana in at 10:00." in answer.content.decode()


@pytest.mark.usefixtures("sam")
def test_an_undo_meant_for_another_state_undoes_nothing(client):
    visit = attending.arrive(visit=AppointmentFactory(), by=UserFactory())
    attending.start(visit=visit, by=UserFactory())

    for of in ("arrived", HOSTILE):
        assert client.post(f"{url('undo', visit)}?{urlencode({'of': of})}").status_code == 409

    visit.refresh_from_db()
    assert visit.status == Status.IN_SESSION


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("target", "goes_to"),
    [("/schedule/book/", "/schedule/book/"), ("https://evil.example/", None), ("//evil.example/", None)],
)
def test_it_goes_back_to_our_pages_only(client, target, goes_to):
    visit = AppointmentFactory()

    answer = client.post(url("confirm", visit), {"next": target})

    assert answer.url == (goes_to or visit.get_absolute_url())


@pytest.mark.usefixtures("sam")
def test_for_htmx_the_page_is_loaded_anew(client):
    answer = client.post(url("confirm", AppointmentFactory()), headers=HTMX)

    assert answer["HX-Refresh"] == "true"


@pytest.mark.usefixtures("sam")
def test_a_reason_that_is_too_long_cancels_nothing(client):
    visit = AppointmentFactory()

    answer = client.post(url("cancel", visit), {"reason": "x" * 100_000})

    assert answer.status_code == 409
    assert "A reason has at most 300 letters. The visit is not cancelled." in answer.content.decode()
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


# Moving


@pytest.mark.usefixtures("sam")
def test_a_visit_moves_to_an_offered_time(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    page = client.get(url("move", visit), {"day": "2030-05-14", "practitioner": kim.pk}).content.decode()
    tuesday = datetime(2030, 5, 14, 7, tzinfo=NEW_YORK)

    assert slot(kim, tuesday) in page
    answer = client.post(url("move", visit), {"slot": slot(kim, tuesday), "revision": 0})

    visit.refresh_from_db()
    assert (answer.url, visit.starts_at, visit.revision) == (visit.get_absolute_url(), tuesday, 1)
    assert "Moved: Ana " in (page := client.get(answer.url).content.decode())
    assert "Tue 14 May 07:00 with Kim." in page


@pytest.mark.usefixtures("sam")
def test_a_visit_is_no_obstacle_to_its_own_move(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)

    page = client.get(url("move", visit), {"day": "2030-05-13", "at": "10:30"}).content.decode()

    assert slot(kim, MONDAY_TEN + timedelta(minutes=30)) in page


@pytest.mark.usefixtures("sam")
def test_a_move_that_somebody_overtook_is_refused(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(minutes=30), by=UserFactory(first_name="Mia"))

    answer = client.post(url("move", visit), {"slot": slot(kim, MONDAY_TEN + timedelta(hours=3)), "revision": 0})

    assert answer.status_code == 409
    assert "Mia moved this visit to Mon 13 May, 10:30. Your move was not saved." in answer.content.decode()


@pytest.mark.usefixtures("sam")
def test_a_move_into_taken_time_keeps_the_visit_and_offers_others(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    AppointmentFactory(practitioner=kim, service=service, start=MONDAY_TEN + timedelta(hours=2))

    answer = client.post(url("move", visit), {"slot": slot(kim, MONDAY_TEN + timedelta(hours=2)), "revision": 0})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Kim is with Ana until 13:00. The visit stays where it was." in page
    assert page.count('name="slot"') == 3
    visit.refresh_from_db()
    assert (visit.starts_at, Occupancy.objects.filter(appointment=visit).count()) == (MONDAY_TEN, 2)


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("changes", [{"slot": "x"}, {"revision": "x"}, {"revision": str(10**30)}, {"slot": ""}])
def test_nonsense_moves_nothing(client, kim, service, changes):
    visit = AppointmentFactory(practitioner=kim, service=service)
    filled = {"slot": slot(kim, MONDAY_TEN + timedelta(hours=2)), "revision": 0}

    answer = client.post(url("move", visit), filled | changes)

    assert answer.status_code == 200
    visit.refresh_from_db()
    assert visit.starts_at == MONDAY_TEN


@pytest.mark.usefixtures("sam")
def test_a_visit_that_is_over_offers_no_times(client):
    visit = AppointmentFactory(status=Status.CANCELLED)

    page = client.get(url("move", visit)).content.decode()

    assert "Only a visit that is still to come can be moved." in page
    assert 'name="slot"' not in page
