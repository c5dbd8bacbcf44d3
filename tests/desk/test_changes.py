"""What patients cancel or move through a link is announced at the front desk, with what became free by it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from scheduling import booking, moving
from tests.desk.test_today import TODAY, page, text
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def a_visit(**fields):
    return AppointmentFactory(start=MONDAY_TEN + DAY, **fields)


def by_link(visit, reason="No lift that day."):
    return booking.cancel(visit=visit, reason=reason, by=None, seen=visit.revision)


def moved_by_link(visit, hours=24):
    return moving.move(visit=visit, starts_at=visit.starts_at + timedelta(hours=hours), by=None, seen=visit.revision)


def changes(client, **query):
    html = page(client, **query)
    return html.split('<div id="changes">')[1] if '<div id="changes">' in html else ""


def test_a_cancellation_by_link_is_announced_with_its_reason(client, desk):
    visit = a_visit()
    by_link(visit)

    html = changes(client)

    kim = visit.practitioner
    assert f"Cancelled Tue 14 May 10:00 with {kim.name}: No lift that day." in text(html)
    assert visit.get_absolute_url() in html
    assert f'{reverse("scheduling:book")}?patient={visit.patient_id}"' in html
    assert f"practitioner={kim.pk}&amp;location={visit.location.pk}&amp;day=2030-05-14&amp;at=10%3A00" in html
    assert "1 change by a patient" in text(page(client).split('id="needs"')[1].split('id="board"')[0])


def test_its_row_of_the_day_and_the_patients_page_say_so_too(client, desk):
    today = AppointmentFactory(start=MONDAY_TEN + 60 * MINUTE)
    by_link(today)
    ours = AppointmentFactory(start=MONDAY_TEN + 60 * MINUTE)
    booking.cancel(visit=ours, reason="Kim is ill.", by=desk)

    rows = text(page(client).split('id="changes"')[0])
    patient = text(client.get(today.patient.get_absolute_url()).content.decode())

    assert "Cancelled by the patient: No lift that day." in rows
    assert "Cancelled Kim is ill." in rows
    assert "by the patient, through a link · No lift that day." in patient


def test_a_move_by_link_says_from_where_to_where(client, desk):
    visit = a_visit()
    moved_by_link(visit)

    html = changes(client)

    kim = visit.practitioner.name
    assert f"Moved from Tue 14 May 10:00 with {kim} to Wed 15 May 10:00 with {kim}" in text(html)
    assert "day=2030-05-14&amp;at=10%3A00" in html
    assert "Book again" not in html


def test_a_time_that_was_filled_meanwhile_is_not_free(client, desk):
    visit = a_visit()
    by_link(visit)
    AppointmentFactory(start=visit.starts_at + 10 * MINUTE, practitioner=visit.practitioner)

    html = changes(client)

    assert visit.get_absolute_url() in html
    assert "Fill gap" not in html


def test_what_the_front_desk_did_itself_is_no_news_to_it(client, desk):
    gone, moved, moved_again = (AppointmentFactory(start=MONDAY_TEN + number * DAY) for number in (1, 2, 3))
    booking.cancel(visit=gone, reason="", by=desk)
    moving.move(visit=moved, starts_at=moved.starts_at + DAY, by=desk)
    visit = moved_by_link(moved_again)
    moving.move(visit=visit, starts_at=visit.starts_at + DAY, by=desk)
    a_visit(status="confirmed")

    assert "change-" not in changes(client)


def test_two_days_later_and_once_the_day_is_over_it_is_off_the_list(client, desk):
    old, past, today = a_visit(), a_visit(), a_visit()
    for visit, fields in (
        (old, {"status_at": MONDAY_TEN - 2 * DAY}),
        (past, {"span": (MONDAY_TEN - DAY, MONDAY_TEN - DAY + 60 * MINUTE)}),
        (today, {"span": (MONDAY_TEN - 60 * MINUTE, MONDAY_TEN)}),
    ):
        by_link(visit)
        type(visit).objects.filter(pk=visit.pk).update(**fields)

    html = changes(client)

    assert "1 change by a patient" in text(page(client))
    assert f"change-{today.pk}" in html
    assert "Fill gap" not in html


def test_the_latest_stands_first_and_no_reason_is_told_as_none(client, desk):
    first, second = a_visit(), a_visit()
    by_link(first, reason="")
    by_link(second)
    type(first).objects.filter(pk=first.pk).update(status_at=MONDAY_TEN - 10 * MINUTE)

    html = changes(client)

    assert html.index(f"change-{second.pk}") < html.index(f"change-{first.pk}")
    assert "no reason given" in text(html)


def test_it_is_a_matter_of_today_alone_and_comes_again_with_the_list(client, desk):
    by_link(a_visit())

    assert changes(client, day="2030-05-14") == ""
    assert "#changes" in page(client).split('id="board"')[1].split("hx-select-oob")[1][:60]


def test_a_practitioner_finds_it_on_the_clinics_day(client, kim):
    by_link(a_visit())

    assert changes(client) == ""
    assert "change-" in changes(client, view="clinic")


def test_who_is_nobody_here_sees_none(client, monday_ten):
    by_link(a_visit())
    client.force_login(UserFactory())

    assert client.get(TODAY).status_code == 403


def test_a_hostile_reason_is_text(client, desk):
    by_link(a_visit(patient=PatientFactory(family_name="<b>Ortiz")), reason="<script>alert(1)</script>")

    html = changes(client)

    assert "<script>alert" not in html
    assert "<b>Ortiz" not in html


def test_three_changes_cost_as_much_as_one(client, desk, django_assert_max_num_queries):
    counts = []
    for count in (1, 2):
        for number in range(count):
            by_link(AppointmentFactory(start=MONDAY_TEN + (number + 2 * count) * DAY))
            moved_by_link(AppointmentFactory(start=MONDAY_TEN + (number + 2 * count) * DAY))
        with django_assert_max_num_queries(24) as seen:
            page(client)
        counts.append(len(seen))

    assert counts[0] == counts[1]
