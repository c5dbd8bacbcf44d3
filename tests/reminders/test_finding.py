"""What is found due, when, and how often."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from reminders import finding
from reminders.models import Kind, Message, Notice, Rule
from scheduling import attending, booking
from scheduling.models import Appointment, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, UserFactory
from tests.reminders.conftest import FRIDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
GRACE = timedelta(minutes=2)
DAY = timedelta(days=1)


def find():
    return finding.write_due(now=timezone.now())


def told():
    """(kind, revision) of every notice, in order."""
    return list(Notice.objects.order_by("pk").values_list("rule__kind", "revision"))


def placed_long_ago(**fields):
    """A visit of which a confirmation is no news any more."""
    return AppointmentFactory(placed_at=FRIDAY_NOON - 30 * DAY, **fields)


def test_a_booking_is_confirmed_once_the_grace_is_over(clock):
    AppointmentFactory()

    clock.shift(GRACE - timedelta(seconds=1))
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


def test_a_moved_visit_is_told_anew_and_so_is_one_moved_back(clock):
    visit = AppointmentFactory()
    clock.shift(GRACE)
    find()

    for _ in ("moved", "moved back"):
        visit.revision += 1
        Appointment.objects.filter(pk=visit.pk).update(revision=visit.revision, placed_at=timezone.now())
        clock.shift(GRACE)
        find()

    assert told() == [("booked", 0), ("booked", 1), ("booked", 2)]


def test_a_booking_of_last_week_is_no_news():
    placed_long_ago()

    assert find() == 0


def test_a_reminder_is_due_a_day_before(clock):
    placed_long_ago()

    clock.move_to(MONDAY_TEN - DAY - timedelta(seconds=1))
    before = find()
    clock.move_to(MONDAY_TEN - DAY)
    after = find()

    assert (before, after) == (0, 1)
    assert told() == [("reminder", 0)]


def test_a_reminder_is_due_a_day_before_across_a_clock_change(clock):
    start = datetime(2030, 3, 10, 13, tzinfo=UTC)  # nine o'clock; in this night the clocks go forward
    AppointmentFactory(start=start, placed_at=start - 30 * DAY)

    clock.move_to(start - DAY)

    assert find() == 1


def test_a_visit_booked_within_the_day_is_confirmed_but_not_reminded_of(clock):
    clock.move_to(MONDAY_TEN - DAY + timedelta(hours=1))
    AppointmentFactory()
    clock.shift(GRACE)

    find()

    assert told() == [("booked", 0)]


def test_who_wants_no_reminders_is_still_sent_a_confirmation(clock):
    AppointmentFactory(patient__wants_reminders=False)
    clock.shift(GRACE)
    find()

    clock.move_to(MONDAY_TEN - timedelta(hours=2))
    find()

    assert told() == [("booked", 0)]


def test_who_has_no_address_is_not_written_to(clock):
    AppointmentFactory(patient__email="")
    clock.shift(GRACE)

    assert find() == 0


def test_a_rule_that_is_off_finds_nothing(clock):
    Rule.objects.update(active=False)
    AppointmentFactory()
    clock.shift(GRACE)

    assert find() == 0


def test_two_rules_of_a_kind_each_remind_at_their_own_time(clock):
    Rule.objects.create(kind=Kind.REMINDER, minutes=72 * 60)
    placed_long_ago()

    clock.move_to(MONDAY_TEN - 3 * DAY)
    find()
    first = Notice.objects.count()
    clock.move_to(MONDAY_TEN - DAY)
    find()

    assert (first, Notice.objects.count()) == (1, 2)


def test_a_reminder_found_at_night_waits_for_the_morning(clock):
    six = MONDAY_TEN.replace(hour=10)  # six o'clock in New York
    placed_long_ago(start=six)
    clock.move_to(six - DAY)

    find()

    assert Message.objects.get().next_attempt_at == six - DAY + timedelta(hours=2)


def test_a_confirmation_does_not_wait_for_the_morning(clock):
    clock.move_to(FRIDAY_NOON + timedelta(hours=11))
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


def test_a_tick_with_nothing_due_asks_three_questions(clock, django_assert_num_queries):
    placed_long_ago()
    clock.shift(GRACE)

    with django_assert_num_queries(3):  # the rules, and one for each of two
        find()
