"""Reminders, and what to know before a visit: so long before it, once, and only the nearest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patients.models import Intake
from reminders.models import Kind, Message, Notice, OptOut, Rule
from tests.factories import MONDAY_TEN, AppointmentFactory, ServiceFactory
from tests.reminders.posting import DAY, GRACE, HOUR, SECOND, find, only, placed_long_ago, replaced, rule, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(("kind", "lead"), [(Kind.REMINDER, 3 * DAY), (Kind.REMINDER, DAY), (Kind.BEFORE, 2 * DAY)])
def test_it_is_due_so_long_before_the_visit_and_once(clock, kind, lead):
    only(kind, minutes=lead // timedelta(minutes=1))
    placed_long_ago(start=MONDAY_TEN + DAY)

    clock.move_to(MONDAY_TEN + DAY - lead - SECOND)
    before = find()
    clock.move_to(MONDAY_TEN + DAY - lead)
    after = find()
    clock.move_to(MONDAY_TEN + DAY - HOUR)
    again = find()

    assert (before, after, again) == (0, 1, 0)
    assert told() == [(kind, 0)]


def test_a_visit_is_reminded_of_three_days_and_one_day_before(clock):
    only(Kind.REMINDER)
    placed_long_ago(start=MONDAY_TEN + DAY)

    found = []
    for lead in (3 * DAY, 2 * DAY, DAY, HOUR):
        clock.move_to(MONDAY_TEN + DAY - lead)
        found.append(find())

    assert found == [1, 0, 1, 0]


def test_after_an_outage_only_the_nearer_reminder_is_sent(clock):
    only(Kind.REMINDER)
    placed_long_ago()
    clock.move_to(MONDAY_TEN - DAY + HOUR)

    assert find() == 1
    assert Notice.objects.get().rule.minutes == 24 * 60


@pytest.mark.parametrize(("ago", "reminders"), [(73 * HOUR, 2), (71 * HOUR, 1), (25 * HOUR, 1), (23 * HOUR, 0)])
def test_a_visit_placed_within_a_rules_time_is_not_told_by_it(clock, ago, reminders):
    only(Kind.REMINDER)
    start = MONDAY_TEN + 7 * DAY
    AppointmentFactory(start=start, placed_at=start - ago)

    for lead in (3 * DAY, DAY, HOUR):
        clock.move_to(start - lead)
        find()

    assert Notice.objects.count() == reminders


def test_a_visit_moved_after_its_reminder_is_reminded_of_anew(clock):
    only(Kind.REMINDER, minutes=24 * 60)
    visit = placed_long_ago()
    clock.move_to(MONDAY_TEN - DAY)
    find()

    replaced(visit, later=5 * DAY)
    clock.move_to(MONDAY_TEN + 4 * DAY)
    find()

    assert told() == [("reminder", 0), ("reminder", 1)]


def test_another_table_keeps_the_reminder_that_is_due(clock):
    only(Kind.REMINDER, minutes=24 * 60)
    visit = placed_long_ago()
    clock.move_to(MONDAY_TEN - DAY + HOUR)
    type(visit).objects.filter(pk=visit.pk).update(table=placed_long_ago(start=MONDAY_TEN + 9 * DAY).table)

    assert find() == 1


def test_a_cancelled_visit_is_not_reminded_of(clock):
    only(Kind.REMINDER)
    placed_long_ago(status="cancelled")
    clock.move_to(MONDAY_TEN - DAY)

    assert find() == 0


def test_a_rule_for_some_services_reminds_of_no_other(clock):
    only(Kind.REMINDER, minutes=24 * 60)
    cupping = ServiceFactory()
    Rule.objects.get(kind=Kind.REMINDER, minutes=24 * 60).services.set([cupping])
    placed_long_ago()
    mine = placed_long_ago(service=cupping)
    clock.move_to(MONDAY_TEN - DAY)

    find()

    assert list(Notice.objects.values_list("visit", flat=True)) == [mine.pk]


def test_a_reminder_found_at_night_waits_for_the_morning(clock):
    only(Kind.REMINDER, minutes=24 * 60)
    six = MONDAY_TEN.replace(hour=10)  # six o'clock in New York
    placed_long_ago(start=six)
    clock.move_to(six - DAY)

    find()

    assert Message.objects.get().next_attempt_at == six - DAY + 2 * HOUR


def test_it_never_waits_beyond_the_start_of_the_visit(clock):
    only(Kind.REMINDER)
    rule(Kind.REMINDER, quiet_from="00:00", quiet_until="23:59")
    placed_long_ago()
    clock.move_to(MONDAY_TEN - 2 * HOUR)

    find()

    found = Message.objects.get()
    assert found.next_attempt_at == found.give_up_at == MONDAY_TEN


def test_who_wants_no_reminders_is_still_told_news(clock):
    AppointmentFactory(patient__wants_reminders=False)
    clock.shift(GRACE)
    find()

    for lead in (3 * DAY, 2 * DAY, DAY, HOUR):
        clock.move_to(MONDAY_TEN - lead)
        find()

    assert told() == [("booked", 0)]


def test_who_has_opted_out_of_a_kind_is_still_sent_the_others(clock):
    only(Kind.REMINDER, Kind.BEFORE)
    visit = placed_long_ago()
    OptOut.objects.create(patient=visit.patient, kind=Kind.REMINDER)

    clock.move_to(MONDAY_TEN - DAY)
    find()

    assert told() == [("before", 0)]


@pytest.mark.parametrize("given", [True, False])
def test_who_has_told_us_nothing_about_their_health_is_asked_to_come_earlier(clock, given):
    only(Kind.BEFORE)
    visit = placed_long_ago()
    if given:
        Intake.objects.create(patient=visit.patient)
    clock.move_to(MONDAY_TEN - 2 * DAY)

    find()

    assert ("intake form is still missing" in Message.objects.get().text) == (not given)


def test_a_nearer_rule_for_other_services_takes_nothing_over(clock):
    """After an outage: the rule of three days still tells, for nobody else does."""
    only(Kind.REMINDER)
    Rule.objects.get(kind=Kind.REMINDER, minutes=24 * 60).services.add(ServiceFactory())
    placed_long_ago(start=MONDAY_TEN + DAY)

    clock.move_to(MONDAY_TEN + DAY - 5 * HOUR)

    assert find() == 1


def test_who_books_for_tomorrow_reads_how_to_prepare_too_and_once(clock):
    """A confirmation says nothing of it; nor does a move make it news."""
    only(Kind.BEFORE)
    visit = AppointmentFactory(start=timezone.now() + DAY, placed_at=timezone.now())
    clock.shift(GRACE)
    first = find()

    replaced(visit)
    clock.shift(GRACE)

    assert (first, find()) == (1, 0)


def test_an_hour_before_the_visit_it_is_too_late_to_prepare(clock):
    only(Kind.BEFORE)
    AppointmentFactory(start=timezone.now() + HOUR, placed_at=timezone.now())
    clock.shift(GRACE)

    assert find() == 0
