"""What has just been done to a visit is told once the grace is over, and once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reminders import finding
from reminders.models import Kind, Message, Notice, Rule, State
from scheduling import attending, booking, moving
from scheduling.models import Appointment, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, ServiceFactory, TableFactory, UserFactory
from tests.reminders.conftest import FRIDAY_NOON
from tests.reminders.posting import (
    ANA,
    DAY,
    GRACE,
    HOUR,
    SECOND,
    find,
    just_placed,
    only,
    placed_long_ago,
    replaced,
    rule,
    states,
    told,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "news")]


@pytest.fixture
def news():
    only(Kind.BOOKED, Kind.MOVED, Kind.CANCELLED)


def test_a_booking_is_confirmed_once_the_grace_is_over(clock):
    AppointmentFactory()

    clock.shift(GRACE - SECOND)
    before = find()
    clock.shift(1)
    after = find()

    assert (before, after) == (0, 1)
    assert told() == [("booked", 0)]


def test_nobody_is_told_twice(clock):
    AppointmentFactory()
    clock.shift(GRACE)
    find()

    again = find()

    assert again == 0


def test_a_booking_undone_within_the_grace_tells_nobody(clock):
    visit = AppointmentFactory()
    booking.cancel(visit=visit, reason="", by=UserFactory())

    clock.shift(3 * DAY)

    assert find() == 0


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW, Status.ARRIVED, Status.COMPLETED])
def test_only_a_coming_visit_is_told_of(clock, status):
    AppointmentFactory(status=status)
    clock.shift(GRACE)

    assert find() == 0


def test_a_confirmed_visit_is_told_of_too(clock):
    attending.confirm(visit=AppointmentFactory(), by=UserFactory())
    clock.shift(GRACE)

    assert find() == 1


def test_a_visit_that_has_begun_is_not_told_of(clock):
    AppointmentFactory(start=FRIDAY_NOON + timedelta(minutes=1))
    clock.shift(GRACE)

    assert find() == 0


def test_a_moved_visit_is_told_anew_and_so_is_one_moved_back(clock, sink, tell):
    visit = AppointmentFactory()
    clock.shift(GRACE)
    tell()

    for later in (HOUR, -HOUR):
        replaced(visit, later=later)
        clock.shift(GRACE)
        tell()

    assert told() == [("booked", 0), ("moved", 1), ("moved", 2)]


def test_a_move_is_told_once_the_grace_is_over(clock):
    visit = told_of(placed_long_ago())
    replaced(visit)

    clock.shift(GRACE - SECOND)
    before = find()
    clock.shift(1)
    after = find()

    assert (before, after, find()) == (0, 1, 0)


def test_a_booking_moved_before_it_was_told_is_told_once_with_its_new_time(clock):
    visit = AppointmentFactory()
    moving.move(visit=visit, starts_at=MONDAY_TEN + HOUR, by=UserFactory())
    clock.shift(GRACE)

    find()

    assert told() == [("booked", 1)]
    assert Message.objects.get().subject == "Your visit on Monday, May 13 at 11:00 AM"


def test_another_table_is_no_news(clock):
    visit = told_of(placed_long_ago())
    moving.move(visit=visit, table=TableFactory(), by=UserFactory())
    placed_at = Appointment.objects.get(pk=visit.pk).placed_at
    clock.shift(GRACE)

    assert find() == 0
    assert placed_at == FRIDAY_NOON - 30 * DAY


@pytest.mark.parametrize("age", [2 * DAY + GRACE, 30 * DAY])
def test_news_of_long_ago_is_none(age):
    AppointmentFactory(placed_at=FRIDAY_NOON - age)
    AppointmentFactory(placed_at=FRIDAY_NOON - age, revision=1)
    told_of(placed_long_ago())
    Appointment.objects.filter(notices__isnull=False).update(status="cancelled", status_at=FRIDAY_NOON - age)

    assert find() == 0


def test_news_is_told_after_an_outage_of_two_days(clock):
    AppointmentFactory()

    clock.shift(2 * DAY + GRACE - SECOND)

    assert find() == 1


def test_a_cancellation_is_told_once_the_grace_is_over(clock):
    visit = told_of(placed_long_ago())
    booking.cancel(visit=visit, reason="", by=UserFactory())

    clock.shift(GRACE - SECOND)
    before = find()
    clock.shift(1)
    after = find()

    assert (before, after, find()) == (0, 1, 0)
    assert told() == [("booked", 0), ("cancelled", 0)]
    assert Message.objects.latest("pk").subject == "Your visit on Monday, May 13 at 10:00 AM is cancelled"


@pytest.mark.parametrize(("ago", "found"), [(timedelta(minutes=59), 0), (HOUR, 1)])
@pytest.mark.parametrize(("email", "state"), [(ANA, State.WAITING), ("", State.CALL)])
def test_a_cancellation_is_told_if_the_visit_was_or_had_stood_for_an_hour(clock, ago, found, email, state):
    """It was booked on the telephone, or in another system: whoever was not written to knows of it too."""
    only(Kind.CANCELLED)
    visit = AppointmentFactory(placed_at=timezone.now() - ago, patient__email=email)
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)

    assert find() == found
    assert states() == [state] * found


@pytest.mark.parametrize(
    ("state", "told_again"),
    [
        (State.ACCEPTED, 1),
        (State.UNCERTAIN, 1),
        (State.REFUSED, 1),
        (State.CALL, 1),
        (State.WAITING, 0),
        (State.SENDING, 0),
    ],
)
def test_a_cancellation_takes_back_what_went_and_not_what_still_waits(clock, state, told_again):
    visit = told_of(just_placed())
    accepted_at = FRIDAY_NOON if state == State.ACCEPTED else None
    Message.objects.update(state=state, accepted_at=accepted_at)
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)

    assert find() == told_again


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.BEFORE])
def test_who_was_only_reminded_of_a_visit_is_told_of_its_cancellation(clock, kind):
    visit = told_of(placed_long_ago())
    Notice.objects.update(rule=rule(kind))
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)

    assert find() == 1


def test_a_cancellation_undone_within_the_grace_tells_nobody_and_is_no_new_revision(clock):
    visit = told_of(placed_long_ago())
    booking.cancel(visit=visit, reason="", by=UserFactory())
    booking.undo(visit=visit, by=UserFactory())

    clock.shift(GRACE)

    assert find() == 0
    assert Appointment.objects.get(pk=visit.pk).revision == 0


def test_the_cancellation_of_a_visit_whose_time_has_come_is_no_news(clock):
    visit = told_of(placed_long_ago(start=FRIDAY_NOON + timedelta(minutes=1)))
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)

    assert find() == 0


def test_a_rule_that_is_off_finds_nothing(clock):
    Rule.objects.update(active=False)
    AppointmentFactory()
    clock.shift(GRACE)

    assert find() == 0


def test_a_rule_for_some_services_tells_of_no_other(clock):
    cupping = ServiceFactory()
    rule(Kind.BOOKED).services.add(cupping)
    AppointmentFactory()
    mine = AppointmentFactory(service=cupping)
    clock.shift(GRACE)

    find()

    assert list(Notice.objects.values_list("visit", flat=True)) == [mine.pk]


def test_a_confirmation_does_not_wait_for_the_morning(clock):
    clock.move_to(FRIDAY_NOON + 11 * HOUR)
    AppointmentFactory()
    clock.shift(GRACE)

    find()

    assert Message.objects.get().next_attempt_at == timezone.now()


def test_more_than_a_batch_is_found_in_one_go(clock, monkeypatch):
    monkeypatch.setattr(finding, "BATCH", 2)
    for day in range(5):
        AppointmentFactory(start=MONDAY_TEN + day * DAY)
    clock.shift(GRACE)

    assert find() == 5


def test_a_tick_with_nothing_due_asks_two_questions(django_assert_num_queries):
    told_of(placed_long_ago())
    Rule.objects.update(active=True)
    visit = just_placed(start=MONDAY_TEN + 20 * DAY)
    find()

    with django_assert_num_queries(2):  # the rules with their services, and whether anything is due for any of them
        find()

    assert Notice.objects.filter(visit=visit).count() == 1
