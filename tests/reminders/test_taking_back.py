"""A visit that is cancelled and comes back: news only to whoever knew that it was cancelled."""

import pytest
from django.utils import timezone
from icalendar import Calendar

from reminders.models import Kind, Message, State
from scheduling import booking, moving
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, PractitionerFactory, UserFactory
from tests.reminders.posting import (
    A_WHILE,
    ANA,
    GRACE,
    HOUR,
    confirmed,
    find,
    only,
    placed_long_ago,
    subjects,
    told,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "news")]
BOOKED = "Your visit on Monday, May 13 at 10:00 AM"


@pytest.fixture
def news():
    only(Kind.BOOKED, Kind.MOVED, Kind.CANCELLED)


def now_and_then(visit):
    return Appointment.objects.get(pk=visit.pk)


def test_a_told_cancellation_that_is_undone_is_told_as_a_new_time(sink, tell, clock):
    visit = confirmed(ANA)
    tell()
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()

    booking.undo(visit=visit, by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert now_and_then(visit).revision == 2
    assert "It takes the place of" not in sink.letters[-1].part("text/plain")
    assert subjects(sink.letters) == [
        BOOKED,
        f"{BOOKED} is cancelled",
        "Your visit is now on Monday, May 13 at 10:00 AM",
    ]
    assert [sequence(letter) for letter in sink.letters] == [0, 1, 2]


def sequence(letter):
    return Calendar.from_ical(letter.part("text/calendar")).events[0]["SEQUENCE"]


@pytest.mark.parametrize(
    ("state", "news"), [(State.WAITING, []), (State.SENDING, ["Your visit is now on Monday, May 13 at 10:00 AM"])]
)
def test_a_cancellation_that_is_undone_is_news_unless_it_surely_has_not_gone(sink, tell, clock, state, news):
    visit = confirmed(ANA)
    tell()
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)
    find()
    Message.objects.filter(kind=Kind.CANCELLED).update(state=state, next_attempt_at=timezone.now() + HOUR)

    booking.undo(visit=visit, by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert now_and_then(visit).revision == 2
    assert subjects(sink.letters) == [BOOKED, *news]


def test_an_untold_cancellation_that_is_undone_changes_nothing():
    visit = told_of(placed_long_ago())
    booking.cancel(visit=visit, reason="", by=UserFactory())

    booking.undo(visit=visit, by=UserFactory())

    assert now_and_then(visit).revision == 0
    assert now_and_then(visit).placed_at == visit.placed_at


def test_a_visit_that_comes_back_and_goes_again_is_cancelled_anew(sink, tell, clock):
    visit = confirmed(ANA)
    tell()
    for _ in range(2):
        booking.cancel(visit=visit, reason="", by=UserFactory())
        clock.shift(GRACE)
        tell()
        booking.undo(visit=visit, by=UserFactory())
        clock.shift(GRACE)
        tell()

    assert [sequence(letter) for letter in sink.letters] == [0, 1, 2, 3, 4]
    assert told() == [("booked", 0), ("cancelled", 0), ("moved", 2), ("cancelled", 2), ("moved", 4)]


def test_a_missed_visit_that_is_taken_back_is_no_news():
    visit = told_of(placed_long_ago())
    Appointment.objects.filter(pk=visit.pk).update(status="no_show", status_before="booked")
    visit.occupancies.all().delete()

    booking.undo(visit=now_and_then(visit), by=UserFactory())

    assert now_and_then(visit).revision == 0
    assert now_and_then(visit).starts_at == MONDAY_TEN


def test_a_visit_moved_and_cancelled_at_once_is_cancelled_where_its_patient_expects_it(sink, tell, clock):
    visit = confirmed(ANA)
    tell()
    kim, other = visit.practitioner, PractitionerFactory(name="Lee")
    visit.service.practitioners.add(other)
    moving.move(visit=visit, starts_at=MONDAY_TEN + HOUR, practitioner=other, by=UserFactory())
    booking.cancel(visit=visit, reason="", by=UserFactory())

    clock.shift(GRACE)
    tell()

    letter = sink.letters[-1]
    assert subjects([letter]) == [f"{BOOKED} is cancelled"]
    assert f"with {kim.name}" in letter.part("text/plain")
    assert sequence(letter) == 2


def test_a_new_time_that_still_waits_for_the_mail_server_is_not_the_one_that_is_cancelled(sink, tell, clock):
    visit = confirmed(ANA)
    tell()
    sink.stop()
    moving.move(visit=visit, starts_at=MONDAY_TEN + HOUR, by=UserFactory())
    clock.shift(GRACE)
    tell()
    booking.cancel(visit=visit, reason="", by=UserFactory())

    clock.shift(A_WHILE)
    sink.start()
    tell()

    assert subjects(sink.letters) == [BOOKED, f"{BOOKED} is cancelled"]


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED])
def test_a_new_time_that_never_arrived_is_not_the_one_that_is_cancelled(sink, tell, clock, state):
    visit = confirmed(ANA)
    tell()
    moving.move(visit=visit, starts_at=MONDAY_TEN + HOUR, practitioner=visit.practitioner, by=UserFactory())
    clock.shift(GRACE)
    find()
    Message.objects.filter(kind=Kind.MOVED).update(state=state)

    booking.cancel(visit=now_and_then(visit), reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, f"{BOOKED} is cancelled"]


def test_whoever_cancelled_by_link_and_is_taken_back_is_told(sink, tell, clock):
    """They have read on the page that it is cancelled, and perhaps taken it out of their calendar."""
    visit = confirmed(ANA)
    tell()
    booking.cancel(visit=visit, reason="", by=None)

    booking.undo(visit=visit, by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, "Your visit is now on Monday, May 13 at 10:00 AM"]
    assert sequence(sink.letters[-1]) == 2
