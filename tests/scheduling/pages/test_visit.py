"""The visit, and what happens to it."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from clinic.errors import ClinicError
from scheduling import attending, booking
from scheduling.models import Status
from tests.factories import MONDAY_TEN, AppointmentFactory, HealthFactFactory, UserFactory
from tests.scheduling.pages import HOSTILE, HTMX, NOW, url

pytestmark = pytest.mark.django_db


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
        ("arrived", "booked", {"move", "cancel", "undo"}),
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


def test_a_practitioner_starts_completes_and_takes_it_back(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service, status=Status.ARRIVED, start=NOW)
    client.force_login(kim.user)

    client.post(url("start", visit))
    started = client.get(visit.get_absolute_url()).content.decode()
    client.post(url("complete", visit))
    completed = client.get(visit.get_absolute_url()).content.decode()
    client.post(f"{url('undo', visit)}?of=completed")

    assert "Ana " in started
    assert "is in session." in started
    assert url("complete", visit) in started
    assert "session is completed." in completed
    assert url("undo", visit) in completed
    visit.refresh_from_db()
    assert visit.status == Status.IN_SESSION


def test_a_signed_visit_offers_no_undo_of_its_completion(client, kim, service, settings):
    settings.UNDO_CHECKS = ["tests.scheduling.pages.test_visit.never"]
    visit = AppointmentFactory(practitioner=kim, service=service, status="completed", status_before="in_session")
    client.force_login(kim.user)

    assert url("undo", visit) not in client.get(visit.get_absolute_url()).content.decode()


def never(*, visit, by):
    raise ClinicError("It stays completed.")


@pytest.mark.usefixtures("sam")
def test_whoever_comes_too_late_to_a_cancelled_visit_is_led_to_booking_again(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    booking.cancel(visit=visit, reason="", by=UserFactory())
    again = f"?patient={visit.patient_id}&amp;service={service.pk}&amp;practitioner={kim.pk}"

    for headers in ({}, HTMX):
        answer = client.post(url("arrive", visit), headers=headers)

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "This visit was cancelled at 10:00." in page
        assert f'{again}">Book again?</a>' in page


@pytest.mark.usefixtures("sam")
def test_a_cancelled_visit_says_by_whom_and_why(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    booking.cancel(visit=visit, reason=HOSTILE, by=UserFactory(first_name="Mia", last_name="L"))

    page = client.get(visit.get_absolute_url()).content.decode()

    assert "Cancelled by</dt><dd>Mia L:" in page
    assert "<script>alert" not in page


@pytest.mark.usefixtures("sam")
def test_the_stages_are_drawn_as_long_as_they_take(client):
    page = client.get(AppointmentFactory().get_absolute_url()).content.decode()

    said = "Needling 20 minutes, hands-on; Rest 25 minutes, resting; Removal 15 minutes, hands-on"
    assert f'aria-label="{said}"' in page
    assert '<svg x="33.333%" width="41.667%" height="100%" class="bar__rest">' in page
    assert 'id="hatch-rest"' in page
