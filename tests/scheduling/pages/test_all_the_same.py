"""Out of hours, in time off or over a turnover: with a permission and a written reason, and not otherwise."""

from datetime import datetime, timedelta

import pytest

from clinic.models import TimeOff
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, AppointmentFactory
from tests.scheduling.pages import BOOK, HOSTILE, NEW_YORK, slot, url, wish

pytestmark = pytest.mark.django_db
LATE = datetime(2030, 5, 13, 21, 30, tzinfo=NEW_YORK)  # Kim works until nine
BUTTON = 'name="all_the_same"'


def typed(ana, service, kim):
    return {"patient": ana.pk, "service": service.pk, "practitioner": kim.pk, "day": "2030-05-13", "at": "21:30"}


def forced(kim, starts_at=LATE, reason="She travels tomorrow"):
    return {"all_the_same": slot(kim, starts_at), "slot": "", "override": reason}


@pytest.mark.usefixtures("mia")
def test_a_typed_time_out_of_hours_says_why_not_and_asks_for_a_reason(client, ana, service, kim):
    page = client.get(BOOK, typed(ana, service, kim)).content.decode()

    assert "Kim works at Riverside 07:00 to 21:00 on Mon 13 May." in page
    assert f'{BUTTON} value="{slot(kim, LATE)}"' in page
    assert "Book it all the same" in page


@pytest.mark.usefixtures("sam")
def test_who_may_not_is_told_whom_to_ask(client, ana, service, kim):
    page = client.get(BOOK, typed(ana, service, kim)).content.decode()

    assert "A practitioner or a manager can do it all the same, with a written reason." in page
    assert BUTTON not in page


@pytest.mark.usefixtures("mia")
def test_what_somebody_else_holds_is_not_offered_all_the_same(client, ana, service, kim):
    AppointmentFactory(practitioner=kim, service=service, start=LATE)

    page = client.get(BOOK, typed(ana, service, kim)).content.decode()

    assert BUTTON not in page


def test_with_a_reason_it_is_booked_and_the_reason_stays(client, mia, ana, service, kim):
    answer = client.post(BOOK, wish(ana, service, kim) | forced(kim, reason=HOSTILE))

    visit = Appointment.objects.get()
    assert (visit.starts_at, visit.override_reason, visit.booked_by) == (LATE, HOSTILE, mia)
    page = client.get(answer.url).content.decode()
    assert "All the same because" in page
    assert "<script>alert" not in page


@pytest.mark.usefixtures("mia")
@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_booked_and_the_typed_note_stays(client, ana, service, kim, reason):
    answer = client.post(BOOK, wish(ana, service, kim) | forced(kim, reason=reason))

    page = answer.content.decode()
    assert page.count("Write why it is done all the same.") == 2
    assert "By phone" in page
    assert BUTTON in page
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("mia")
def test_a_reason_that_is_too_long_is_kept_and_refused(client, ana, service, kim):
    answer = client.post(BOOK, wish(ana, service, kim) | forced(kim, reason="x" * 301))

    assert "A reason has at most 300 letters. This one has 301." in answer.content.decode()
    assert "x" * 301 in answer.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("sam")
def test_whoever_sends_a_reason_without_the_permission_is_forbidden(client, ana, service, kim):
    answer = client.post(BOOK, wish(ana, service, kim) | forced(kim))

    assert answer.status_code == 403
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("mia")
def test_a_reason_beside_the_ordinary_button_forces_nothing(client, ana, service, kim):
    TimeOff.objects.create(resource=kim, span=(MONDAY_TEN, MONDAY_TEN + timedelta(hours=2)))

    answer = client.post(BOOK, wish(ana, service, kim, override="Because"))

    assert answer.status_code == 409
    assert 'value="Because"' in answer.content.decode()
    assert f'{BUTTON} value="{slot(kim)}"' in answer.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("mia")
def test_a_turnover_is_passed_with_a_reason(client, ana, service, kim):
    service.turnover_minutes = service.buffer_minutes = 10
    service.save()
    AppointmentFactory(
        practitioner=kim, service=service, start=MONDAY_TEN - timedelta(hours=1), turnover_minutes=10, buffer_minutes=10
    )

    refused = client.post(BOOK, wish(ana, service, kim))
    booked = client.post(BOOK, wish(ana, service, kim) | forced(kim, MONDAY_TEN))

    assert (refused.status_code, booked.status_code) == (409, 302)
    assert BUTTON in refused.content.decode()


def test_a_visit_is_moved_out_of_hours_with_a_reason(client, mia, service, kim):
    visit = AppointmentFactory(practitioner=kim, service=service)
    page = client.get(url("move", visit), {"practitioner": kim.pk, "day": "2030-05-13", "at": "21:30"}).content.decode()

    answer = client.post(url("move", visit), {"revision": 0} | forced(kim))

    assert "Move it all the same" in page
    visit.refresh_from_db()
    assert (answer.status_code, visit.starts_at, visit.override_reason) == (302, LATE, "She travels tomorrow")
