"""A patient takes another time: out of the real free ones, and never without one."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import Location, Practitioner, TimeOff, WorkingHours
from patients.models import Language
from reminders import changing, links
from reminders.links import Purpose
from reminders.phrases import PHRASES
from scheduling import booking
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
from tests.reminders.conftest import FRIDAY_NOON
from tests.scheduling.racing import assert_nothing_is_in_two_places, losers, racers, winners

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TUESDAY_NINE = datetime(2030, 5, 14, 13, 0, tzinfo=UTC)
TAKEN = "Someone took that time. You still have Monday, May 13, 10:00 AM. Pick another."
NO_SUCH = "That time can't be had. You still have Monday, May 13, 10:00 AM. Pick another."


@pytest.fixture
def kim():
    return PractitionerFactory(name="Kim")


@pytest.fixture
def visit(kim):
    """On Monday at ten; it is Friday noon. There is a table for somebody else too."""
    TableFactory()
    return AppointmentFactory(practitioner=kim, service__name="Needling for pain")


def slot(practitioner, moment):
    return f"{practitioner.pk}@{int(moment.timestamp())}"


def address(visit):
    return links.path(Purpose.CHANGE, visit)


def shown(visit):
    return changing.times(visit=visit, start=FRIDAY_NOON.date(), now=FRIDAY_NOON)


def now_of(visit):
    return Appointment.objects.get(pk=visit.pk)


def place(visit):
    found = now_of(visit)
    return found.starts_at, found.practitioner, found.revision


def take_time(visit, moment):
    """Somebody else is with the visit's practitioner then."""
    return AppointmentFactory(practitioner=visit.practitioner, service=visit.service, start=moment)


def assert_refused(response, visit, sentence):
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert 'class="slot"' in response.content.decode()
    assert place(visit) == (MONDAY_TEN, visit.practitioner, 0)
    assert Occupancy.objects.filter(appointment=visit).count() == 3


def test_the_page_shows_the_free_times_by_day(client, visit):
    page = client.get(address(visit)).content.decode()

    assert "Monday, May 13, 10:00 AM" in page
    assert "You can change it online until Sunday, May 12, 10:00 AM." in page
    assert "Tuesday, May 14</h3>" in page
    assert "Needling" not in page
    assert page.count('class="slot"') == len(shown(visit))


def test_every_time_that_is_shown_can_be_had(visit, kim):
    times = shown(visit)

    assert len(times) == 7 * 6 - 1  # its own is not among them
    assert MONDAY_TEN not in {one.starts_at for one in times}
    for one in times:
        changing.refuse(visit=visit, practitioner=kim, starts_at=one.starts_at, now=FRIDAY_NOON)


def test_tapping_a_time_shows_the_button_beside_it_and_changes_nothing(client, visit, kim):
    page = client.get(address(visit), {"slot": slot(kim, TUESDAY_NINE)}).content.decode()

    assert "Move my visit to:" in page
    assert "Tuesday, May 14, 9:00 AM" in page
    assert f'name="slot" value="{slot(kim, TUESDAY_NINE)}"' in page
    assert place(visit) == (MONDAY_TEN, kim, 0)


def test_the_button_moves_the_visit_and_leads_to_it_where_it_is_now(client, visit, kim):
    response = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}, follow=True)

    moved = now_of(visit)
    assert response.redirect_chain == [(links.path(Purpose.CONFIRM, moved), 302)]
    assert place(visit) == (TUESDAY_NINE, kim, 1)
    assert "Ana, your visit is now:" in response.content.decode()
    assert "Tuesday, May 14, 9:00 AM" in response.content.decode()
    assert {one.span.lower for one in moved.occupancies.all()} >= {TUESDAY_NINE}
    assert moved.occupancies.filter(span__startswith__lt=TUESDAY_NINE).count() == 0
    assert moved.placed_by is None


def test_the_history_says_that_it_was_the_patients_link(client, visit, kim):
    client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    event = visit.appointment_history.order_by("-pgh_id").first()
    assert event.revision == 1
    assert event.pgh_context.metadata["source"] == "patient link"


def test_the_old_link_is_dead_after_the_move(client, visit, kim):
    old = {purpose: links.path(purpose, visit) for purpose in (Purpose.CONFIRM, Purpose.CANCEL, Purpose.CHANGE)}
    client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    assert {client.get(path).status_code for path in old.values()} == {404}
    assert {client.post(path).status_code for path in old.values()} == {404}
    assert now_of(visit).status == Status.CONFIRMED


def test_pressing_twice_moves_once_and_shows_the_visit(client, visit, kim):
    answers = [client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}) for _ in range(2)]

    assert {answer["Location"] for answer in answers} == {links.path(Purpose.CONFIRM, now_of(visit))}
    assert place(visit) == (TUESDAY_NINE, kim, 1)


def test_the_old_link_leads_nowhere_for_whoever_asks_for_another_time_or_later(client, visit, kim, clock):
    client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    other = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE + timedelta(hours=3))})
    clock.shift(timedelta(minutes=1))
    later = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    assert (other.status_code, later.status_code) == (404, 404)
    assert place(visit) == (TUESDAY_NINE, kim, 1)


def test_the_old_link_leads_nowhere_if_the_front_desk_moved_the_visit(client, visit, kim):
    booking.move(visit=visit, starts_at=TUESDAY_NINE, by=UserFactory(role="Front desk"))
    visit.revision = 0

    assert client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}).status_code == 404


@pytest.mark.parametrize("before", ["booked", "confirmed"])
def test_who_has_chosen_a_time_has_confirmed_it_and_is_not_asked(client, visit, kim, before):
    if before == "confirmed":
        client.post(links.path(Purpose.CONFIRM, visit))

    page = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}, follow=True).content.decode()

    assert (now_of(visit).status, now_of(visit).status_by) == (Status.CONFIRMED, None)
    assert "You need to do nothing more." in page
    assert "Confirm my visit" not in page
    assert "Choose another time" in page


def test_what_the_front_desk_moves_later_is_asked_about_again(client, visit, kim):
    client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})
    booking.move(visit=now_of(visit), starts_at=MONDAY_TEN, by=UserFactory(role="Front desk"))

    page = client.get(links.path(Purpose.CONFIRM, now_of(visit))).content.decode()

    assert "Ana, your visit:" in page
    assert "Confirm my visit" in page


def test_a_time_that_somebody_took_meanwhile_loses_nothing(client, visit, kim):
    take_time(visit, TUESDAY_NINE)

    response = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    assert_refused(response, visit, TAKEN)
    assert "Ortiz" not in response.content.decode()
    assert client.get(address(visit)).status_code == 200


def test_a_tapped_time_that_somebody_took_meanwhile_is_told_before_it_is_sent(client, visit, kim):
    take_time(visit, TUESDAY_NINE)

    page = client.get(address(visit), {"slot": slot(kim, TUESDAY_NINE)}).content.decode()

    assert TAKEN in page
    assert "Move my visit to:" not in page


@pytest.mark.django_db(transaction=True)
def test_of_rivals_for_one_time_one_gets_it_and_the_others_keep_theirs(kim):
    service = ServiceFactory(by=[kim])
    hours = [MONDAY_TEN + timedelta(hours=hour) for hour in range(0, 8, 2)]
    visits = [AppointmentFactory(practitioner=kim, service=service, start=start) for start in hours]
    wanted = {"practitioner": kim, "starts_at": TUESDAY_NINE, "now": FRIDAY_NOON}

    with racers() as race:
        results = race([partial(changing.change, visit=visit, **wanted) for visit in visits])

    assert len(winners(results)) == 1
    assert [refusal.phrase for refusal in losers(results)] == ["taken"] * 3
    assert sorted(now_of(visit).starts_at for visit in visits)[-1] == TUESDAY_NINE
    assert {now_of(visit).starts_at for visit in visits} - {TUESDAY_NINE} < set(hours)
    assert {now_of(visit).occupancies.count() for visit in visits} == {3}
    assert_nothing_is_in_two_places()


@pytest.mark.parametrize("sent", ["", "x", "1@2", "0@0", "99999@1904990400", "1" * 200, "<script>", "1@99999999999"])
def test_what_is_no_time_is_refused_with_a_sentence(client, visit, sent):
    assert_refused(client.post(address(visit), {"slot": sent}), visit, NO_SUCH)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2030, 5, 9, 14, tzinfo=UTC),
        datetime(2030, 5, 10, 15, 30, tzinfo=UTC),
        datetime(2030, 5, 14, 7, tzinfo=UTC),
        datetime(2030, 12, 10, 15, tzinfo=UTC),
        datetime(2031, 5, 14, 13, tzinfo=UTC),
    ],
    ids=["past", "half an hour ago", "at night", "too far", "next year"],
)
def test_a_time_that_was_never_offered_is_refused(client, visit, kim, moment):
    assert_refused(client.post(address(visit), {"slot": slot(kim, moment)}), visit, NO_SUCH)


def test_a_practitioner_who_does_not_offer_it_is_refused(client, visit):
    other = PractitionerFactory(name="Roy")

    assert_refused(client.post(address(visit), {"slot": slot(other, TUESDAY_NINE)}), visit, NO_SUCH)


def test_a_practitioner_who_left_is_refused(client, visit, kim):
    gone = PractitionerFactory(name="Roy")
    visit.service.practitioners.add(gone)
    Practitioner.objects.filter(pk=gone.pk).update(active=False)

    assert_refused(client.post(address(visit), {"slot": slot(gone, TUESDAY_NINE)}), visit, NO_SUCH)


def test_time_off_is_refused(client, visit, kim):
    TimeOff.objects.create(resource=kim, span=(TUESDAY_NINE, TUESDAY_NINE + timedelta(days=1)))

    assert_refused(client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}), visit, NO_SUCH)


def test_another_town_is_refused(client, visit, kim):
    far = LocationFactory(name="Hillside")
    TableFactory(location=far)
    WorkingHours.objects.filter(practitioner=kim, weekday=1).update(location=far)

    assert_refused(client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}), visit, NO_SUCH)
    assert Location.objects.count() == 2


def test_the_services_notice_is_kept(client, visit, kim):
    visit.service.notice_minutes = 5 * 24 * 60
    visit.service.save()

    page = client.get(address(visit)).content.decode()

    assert "Wednesday, May 15</h3>" in page
    assert "Tuesday, May 14</h3>" not in page
    assert_refused(client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}), visit, NO_SUCH)


def test_what_bars_the_service_bars_the_move_and_is_not_told(client, visit, kim):
    HealthFactFactory(patient=visit.patient, code="bleeding_disorder")

    response = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    assert_refused(response, visit, "This can't be changed online. You still have Monday, May 13, 10:00 AM. Call us.")
    assert "bleeding" not in response.content.decode().lower()


def test_within_a_day_it_is_too_late_to_change_online(client, visit, kim, clock):
    clock.move_to(MONDAY_TEN - timedelta(hours=24) + timedelta(seconds=1))

    page = client.get(address(visit))
    response = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    for answer in (page, response):
        assert "It is too late to change the time online. Call us." in answer.content.decode()
        assert 'class="slot"' not in answer.content.decode()
    assert response.status_code == 409
    assert place(visit) == (MONDAY_TEN, kim, 0)


def test_until_the_last_moment_it_is_not_too_late(client, visit, kim, clock):
    clock.move_to(MONDAY_TEN - timedelta(hours=24))

    client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)})

    assert place(visit) == (TUESDAY_NINE, kim, 1)


def test_a_cancelled_visit_takes_no_other_time(client, visit, kim):
    client.post(links.path(Purpose.CANCEL, visit))

    response = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}, follow=True)

    assert "Your visit is cancelled" in response.content.decode()
    assert now_of(visit).status == Status.CANCELLED
    assert not now_of(visit).occupancies.exists()


def test_with_anybody_who_offers_it(client, visit, kim):
    assert "With anybody" not in client.get(address(visit)).content.decode()
    roy = PractitionerFactory(name="Roy")
    visit.service.practitioners.add(roy)

    own = client.get(address(visit)).content.decode()
    anybody = client.get(address(visit), {"anybody": 1}).content.decode()
    client.post(f"{address(visit)}?anybody=1", {"slot": slot(roy, TUESDAY_NINE)})

    assert "With anybody who offers it" in own
    assert slot(roy, TUESDAY_NINE).partition("@")[0] + "%40" not in own.partition("<main")[2]
    assert "Roy</small>" in anybody
    assert "Only with Kim" in anybody
    assert place(visit) == (TUESDAY_NINE, roy, 1)


def test_with_anybody_there_are_never_fewer_times(client, visit, kim):
    """However many others are free: each day shows a few of all, and of one's own practitioner as many as alone."""
    visit.service.practitioners.add(*PractitionerFactory.create_batch(4))
    first = changing.Days.of(visit, timezone.now()).usual

    own, all_of_them = (
        {(free.starts_at, free.practitioner) for free in found}
        for found in (
            changing.times(visit=visit, start=first, now=timezone.now(), anybody=anybody) for anybody in (False, True)
        )
    )

    assert own < all_of_them


def test_a_time_that_can_not_be_changed_again_says_so_before_it_is_taken(client, visit, kim):
    soon = FRIDAY_NOON + timedelta(hours=2)

    near, far = (
        client.get(address(visit), {"slot": slot(kim, when)}).content.decode() for when in (soon, TUESDAY_NINE)
    )

    assert "can be changed or cancelled by telephone alone" in near
    assert "by telephone alone" not in far


def test_days_can_be_turned_until_twelve_weeks_ahead(client, visit):
    first = client.get(address(visit)).content.decode()
    later = client.get(address(visit), {"start": "2030-05-17"}).content.decode()
    last = client.get(address(visit), {"start": "2999-01-01"}).content.decode()

    assert "Earlier days" not in first
    assert "?start=2030-05-17" in first
    assert "?start=2030-05-10" in later
    assert "Friday, May 17</h3>" in later
    assert "Later days" not in last


@pytest.mark.parametrize("start", ["", "x", "0001-01-01", "2030-02-30", "9" * 99])
def test_what_is_no_day_begins_at_the_beginning(client, visit, start):
    page = client.get(address(visit), {"start": start})

    assert page.status_code == 200
    assert "Saturday, May 11</h3>" in page.content.decode()


def test_where_nothing_is_free_the_visit_stands_and_the_number_is_there(client, visit):
    WorkingHours.objects.all().delete()

    page = client.get(address(visit)).content.decode()

    assert "No free times in these days. Monday, May 13, 10:00 AM is still yours." in page
    assert 'href="tel:555-0100"' in page


def test_the_page_is_in_the_patients_language(client, kim):
    TableFactory()
    visit = AppointmentFactory(patient__language="es", practitioner=kim)
    take_time(visit, TUESDAY_NINE)

    page = client.get(address(visit)).content.decode()
    refused = client.post(address(visit), {"slot": slot(kim, TUESDAY_NINE)}).content.decode()

    assert '<html lang="es">' in page
    assert "martes 14 de mayo</h3>" in page
    assert "Otra persona tomó esa hora. Su cita sigue siendo el lunes 13 de mayo, 10:00 a.m. Elija otra." in refused


@pytest.mark.parametrize("language", Language)
def test_every_refusal_has_its_phrase(language):
    for name in ("taken", "no_such_time", "not_online", "too_late_to_change"):
        assert PHRASES[language][name]


def test_a_day_with_a_clock_change_is_told_on_the_new_clock(client, kim, clock):
    clock.move_to(datetime(2030, 10, 30, 16, tzinfo=UTC))
    TableFactory()
    visit = AppointmentFactory(practitioner=kim, start=datetime(2030, 11, 1, 14, tzinfo=UTC))
    nine_after_the_change = datetime(2030, 11, 4, 14, 0, tzinfo=UTC)

    page = client.get(address(visit), {"slot": slot(kim, nine_after_the_change)}).content.decode()
    client.post(address(visit), {"slot": slot(kim, nine_after_the_change)})

    assert "Monday, November 4, 9:00 AM" in page
    assert now_of(visit).starts_at.astimezone(visit.zone).time() == time(9)


def test_the_count_of_queries_does_not_grow_with_what_there_is(client, visit):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address(visit), {"anybody": 1})
        return len(asked)

    count()
    one = count()
    for _ in range(2):
        visit.service.practitioners.add(PractitionerFactory())
        TableFactory()
        AppointmentFactory(patient=PatientFactory(), service=ServiceFactory(), start=TUESDAY_NINE)

    assert count() == one
