"""Calendar feeds: a secret address, shown once, that tells when and where and nothing about anybody."""

import re
from datetime import UTC, timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from clinic import serve
from clinic.logs import Discreet
from scheduling import blocking, booking, feeding
from scheduling.models import Appointment, CalendarFeed, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

NOW = MONDAY_TEN - timedelta(days=3)
DAY = timedelta(days=1)
FEEDS = "/schedule/feeds/"
TOKEN = re.compile(rb'"X-CSRFToken": "[^"]*"|name="(csrfmiddlewaretoken|next)" value="[^"]*"')
ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_friday")]


@pytest.fixture
def address(kim):
    return reverse("scheduling:feed", args=[feeding.open_feed(practitioner=kim, by=kim.user)])


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def new(one):
    return reverse("scheduling:feed_new", args=[one.pk])


def end(one):
    return reverse("scheduling:feed_end", args=[one.pk])


# What calendar programs read


def test_a_visit_is_told_without_a_word_about_anybody(client, kim, address):
    patient = PatientFactory(given_name="Zebulon", family_name="Quigley", email="zq@example.com")
    table = TableFactory(name="Table 3", room="Maple room")
    service = ServiceFactory(name="Fibromyalgia first visit", by=[kim])
    visit = AppointmentFactory(practitioner=kim, patient=patient, table=table, service=service, note="Allergy to latex")

    answer = client.get(address)

    [event] = events(answer)
    text = answer.content.decode()
    assert (event["SUMMARY"], event["LOCATION"]) == ("Visit", "Table 3, Maple room, Riverside, 1 River Street")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (visit.starts_at, visit.ends_at)
    assert b"DTSTART:20300513T140000Z" in answer.content
    assert event["DTSTAMP"].dt == visit.placed_at.replace(microsecond=0)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    for secret in ("Zebulon", "Quigley", "ZQ", "zq@", "Fibromyalgia", "latex", "Needling", patient.chart_number):
        assert str(secret) not in text


def test_a_moved_visit_keeps_its_uid_and_rises_in_sequence(client, kim, address):
    service = ServiceFactory(by=[kim])
    visit = AppointmentFactory(practitioner=kim, service=service)
    [before] = events(client.get(address))

    booking.move(visit=visit, starts_at=MONDAY_TEN + DAY, by=UserFactory())
    [after] = events(client.get(address))

    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


def test_a_block_is_told_by_its_title(client, kim, address):
    blocking.block(
        resource=kim,
        location=LocationFactory(),
        starts_at=MONDAY_TEN,
        ends_at=MONDAY_TEN + timedelta(hours=1),
        title="Team meeting",
        by=kim.user,
    )

    [event] = events(client.get(address))

    assert (event["SUMMARY"], event["LOCATION"]) == ("Team meeting", "Riverside")


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_a_visit_that_is_gone_is_left_out(client, kim, address, status):
    AppointmentFactory(practitioner=kim, status=status)

    assert events(client.get(address)) == []


def test_somebody_elses_visits_and_those_far_away_are_left_out(client, kim, address):
    AppointmentFactory()
    for days in (-15, -13, 59, 61):
        AppointmentFactory(practitioner=kim, start=NOW + days * DAY)

    starts = [event["DTSTART"].dt - NOW for event in events(client.get(address))]

    assert starts == [-13 * DAY, 59 * DAY]


def test_what_has_not_changed_is_not_sent_again(client, kim, address):
    visit = AppointmentFactory(practitioner=kim, service=ServiceFactory(by=[kim]))
    first = client.get(address)

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        same = client.get(address, headers={"If-None-Match": first["ETag"]})
        booking.move(visit=visit, starts_at=MONDAY_TEN + DAY, by=UserFactory())
        other = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert other["ETag"] != first["ETag"]


def test_an_unknown_an_ended_and_a_leavers_address_look_the_same(client, kim, address):
    roy = PractitionerFactory()
    ended = reverse("scheduling:feed", args=[feeding.open_feed(practitioner=roy, by=roy.user)])
    feeding.close_feed(practitioner=roy, by=roy.user)
    unknown = reverse("scheduling:feed", args=["x" * 43])
    type(kim).objects.update(active=False)

    answers = [client.get(one) for one in (address, ended, unknown)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({TOKEN.sub(b"", answer.content) for answer in answers}) == 1


@pytest.mark.parametrize("secret", ["x", "é", "x" * 5000, "a b", "%00", "..", "<script>"])
def test_a_guessed_address_is_not_found(client, secret):
    assert client.get(f"/schedule/feed/{secret}.ics").status_code == 404


def test_a_feed_is_only_read(client, address):
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_reading_costs_the_same_for_one_and_three_visits(client, kim, address, cost):
    AppointmentFactory(practitioner=kim)
    one = cost(lambda: client.get(address))
    for number in (1, 2):
        AppointmentFactory(practitioner=kim, start=MONDAY_TEN + number * DAY)

    assert one == cost(lambda: client.get(address)) == 3


# The secret


def test_only_a_digest_of_a_long_secret_is_kept(kim):
    secret = feeding.open_feed(practitioner=kim, by=kim.user)

    feed = CalendarFeed.objects.get()
    assert len(secret) >= 160 / 6
    assert feed.digest == feeding.digest(secret)
    assert secret not in str(vars(feed))
    assert secret not in str(list(CalendarFeed.pgh_event_model.objects.values()))


def test_a_new_address_ends_the_old_one(client, kim, address):
    feeding.open_feed(practitioner=kim, by=kim.user)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("logger", ["django.request", "gunicorn.error"])
def test_the_secret_is_in_no_line_of_our_logs(client, address, caplog, logger):
    ended = address.replace("feed/", "feed/ended")
    client.get(ended)
    record = caplog.records[0].__class__(logger, 30, "", 0, "Error handling request %s", [address], None)

    lines = [Discreet().format(one) for one in [*caplog.records, record]]

    assert any("/schedule/feed/…" in line for line in lines)
    assert not any(path in line for line in lines for path in (address, ended))


def test_our_web_server_keeps_no_access_log():
    """It would hold every address that is asked for, those of feeds and of patients' links too."""
    ways = [" ".join(serve.web(8000)), (ROOT / "Dockerfile").read_text(), (ROOT / "docker-compose.yml").read_text()]

    assert all("gunicorn" in way for way in ways)
    assert not any("access-log" in way for way in ways)


# The page


@pytest.mark.parametrize("name", ["feeds", "feed_new", "feed_end"])
def test_only_who_treats_or_manages_gets_to_feeds(client, kim, name):
    address = reverse(f"scheduling:{name}", args=[] if name == "feeds" else [kim.pk])
    ask = client.get if name == "feeds" else client.post

    assert ask(address).url.startswith("/accounts/login")
    client.force_login(UserFactory(role="Front desk"))
    assert ask(address).status_code == 403
    assert not CalendarFeed.objects.exists()


def test_an_address_is_shown_once(client, kim):
    client.force_login(kim.user)

    made = client.post(new(kim)).content.decode()
    again = client.get(FEEDS).content.decode()

    assert "http://testserver/schedule/feed/" in made
    assert "/schedule/feed/" not in again
    assert "since Fri 10 May" in again


def test_a_practitioner_looks_after_the_own_feed_only(client, kim):
    roy = PractitionerFactory(name="Roy")
    client.force_login(kim.user)

    page = client.get(FEEDS).content.decode()

    assert new(kim) in page
    assert new(roy) not in page
    assert client.post(new(roy)).status_code == client.post(end(roy)).status_code == 404


def test_a_manager_looks_after_everybodys(client, kim):
    client.force_login(UserFactory(role="Manager"))

    client.post(new(kim))
    answer = client.post(end(kim), follow=True)

    assert "calendar address has ended" in answer.content.decode()
    assert not CalendarFeed.objects.exists()


def test_a_clinic_where_nobody_treats_says_so(client):
    client.force_login(UserFactory(role="Manager"))

    assert "Nobody treats here yet" in client.get(FEEDS).content.decode()


def test_ending_twice_is_no_mistake(client, kim, address):
    client.force_login(kim.user)

    assert [client.post(end(kim)).status_code for _ in range(2)] == [302, 302]
    assert client.get(address).status_code == 404


def test_making_twice_leaves_the_last(client, kim):
    client.force_login(kim.user)

    for _ in range(2):
        client.post(new(kim))

    assert CalendarFeed.objects.count() == 1


@pytest.mark.parametrize("pk", [0, 4711, 10**30])
def test_an_unknown_practitioner_is_not_found(client, pk):
    client.force_login(UserFactory(role="Manager"))

    assert client.post(reverse("scheduling:feed_new", args=[pk])).status_code == 404


def test_opening_a_link_makes_nothing(client, kim):
    client.force_login(kim.user)

    assert client.get(new(kim)).status_code == client.get(end(kim)).status_code == 405


def test_the_page_costs_the_same_with_one_and_three_rows(client, kim, cost):
    client.force_login(UserFactory(role="Manager"))
    client.get(FEEDS)
    one = cost(lambda: client.get(FEEDS))
    for other in PractitionerFactory.create_batch(2):
        feeding.open_feed(practitioner=other, by=other.user)

    assert cost(lambda: client.get(FEEDS)) == one
    assert Appointment.objects.count() == 0
    assert timezone.now().tzinfo == UTC
