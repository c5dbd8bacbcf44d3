"""The nights on which clocks go forward and back (10 March and 3 November 2030 in New York), and clocks elsewhere."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from icalendar import Calendar

from reminders import sending
from reminders.models import Kind, Message
from reminders.quiet import waking_time
from scheduling import moving
from scheduling.models import Appointment
from tests.factories import LocationFactory, PatientFactory, TableFactory, UserFactory
from tests.reminders.posting import ANA, DAY, GRACE, HOUR, SECOND, find, only, placed_long_ago, rule, told_of

NEW_YORK = ZoneInfo("America/New_York")
FORWARD = datetime(2030, 3, 10, 7, tzinfo=UTC)  # at two o'clock it is three
BACK = datetime(2030, 11, 3, 6, tzinfo=UTC)  # at two o'clock it is one again
HALF = timedelta(minutes=30)


def events(message):
    return sorted(Calendar.from_ical(message.calendar).events, key=lambda event: event.start)


def zone_rules(message):
    """The VTIMEZONE that travels with the file: a mail program may know no other."""
    return Calendar.from_ical(message.calendar).timezones[0].to_tz(lookup_tzid=False)


def news_of(*starts, **fields):
    """The message that tells one person of these visits."""
    only(Kind.BOOKED)
    patient = PatientFactory(email=ANA)
    for start in starts:
        placed_long_ago(start=start, patient=patient, **fields)
    Appointment.objects.update(placed_at=timezone.now() - 2 * GRACE)
    find()
    return Message.objects.get()


@pytest.fixture
def before(clock):
    """A week before the clock change that is asked for."""
    return lambda change: clock.move_to(change - 7 * DAY)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [FORWARD, BACK])
@pytest.mark.parametrize("lead", [3 * DAY, DAY])
@pytest.mark.parametrize("after", [-6 * HOUR, 6 * HOUR, 30 * HOUR])
def test_a_reminder_is_due_so_many_hours_before_a_visit_whatever_the_clocks_do(clock, change, lead, after):
    only(Kind.REMINDER, minutes=lead // timedelta(minutes=1))
    start = change + after
    placed_long_ago(start=start)
    Appointment.objects.update(placed_at=start - 30 * DAY)

    clock.move_to(start - lead - SECOND)
    too_early = find()
    clock.move_to(start - lead)
    due = find()

    assert (too_early, due) == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [FORWARD, BACK])
def test_the_night_of_a_change_ends_at_eight_on_the_new_clock(clock, change):
    only(Kind.REMINDER, minutes=24 * 60)
    visit = placed_long_ago(start=change + DAY)
    Appointment.objects.update(placed_at=change - 30 * DAY)
    clock.move_to(change)

    find()

    found = Message.objects.get().next_attempt_at.astimezone(NEW_YORK)
    assert (found.date(), found.time()) == (change.astimezone(NEW_YORK).date(), time(8))
    assert visit.zone == NEW_YORK


@pytest.mark.parametrize(
    ("now", "ends", "expected"),
    [
        (FORWARD - HOUR, time(2, 30), FORWARD + HALF),  # half past two does not exist: it is half past three
        (FORWARD - SECOND, time(2), FORWARD),
        (FORWARD - SECOND, time(3), FORWARD),
        (BACK - 2 * HOUR, time(1, 30), BACK - HALF),  # the first half past one
        (BACK - HALF, time(1, 30), BACK - HALF),
        (BACK, time(1, 30), BACK + HALF),  # it is one o'clock again, and quiet again
        (BACK + HALF - SECOND, time(1, 30), BACK + HALF),
        (BACK + HALF, time(1, 30), BACK + HALF),
        (BACK - HOUR, time(2), BACK + HOUR),
    ],
)
def test_quiet_hours_that_end_in_the_hour_of_the_change(now, ends, expected):
    assert waking_time(now, NEW_YORK, time(21), ends) == expected


@pytest.mark.parametrize(
    ("now", "begins", "quiet"),
    [
        (FORWARD - SECOND, time(2, 30), False),
        (FORWARD, time(2, 30), True),
        (BACK - HALF, time(1, 30), True),
        (BACK, time(1, 30), False),  # one o'clock for the second time
        (BACK + HALF, time(1, 30), True),
    ],
)
def test_quiet_hours_that_begin_in_the_hour_of_the_change(now, begins, quiet):
    assert (waking_time(now, NEW_YORK, begins, time(8)) > now) == quiet


@pytest.mark.django_db
def test_a_worker_does_not_run_in_circles_in_the_hour_that_comes_twice(sink, clock):
    rule(Kind.REMINDER, quiet_from="21:00", quiet_until="01:30")
    only(Kind.REMINDER, minutes=24 * 60)
    placed_long_ago(start=BACK + 20 * HOUR)
    Appointment.objects.update(placed_at=BACK - 30 * DAY)
    clock.move_to(BACK - HALF)  # half past one: not quiet
    find()

    clock.move_to(BACK + timedelta(minutes=10))  # ten past one, for the second time: quiet
    sending.deliver()
    again = Message.objects.get().next_attempt_at
    clock.move_to(BACK + HALF)
    sending.deliver()

    assert again == BACK + HALF
    assert len(sink.letters) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", [FORWARD, BACK])
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_nine_is_nine_on_both_sides_of_a_change(before, change, days):
    before(change)
    day = change.astimezone(NEW_YORK).date() + timedelta(days=days)
    start = datetime.combine(day, time(9), tzinfo=NEW_YORK).astimezone(UTC)

    message = news_of(start)

    (event,) = events(message)
    assert message.subject.endswith("9:00 AM")
    assert event["DTSTART"].to_ical().endswith(b"T090000")
    assert event.start == start
    assert start.astimezone(zone_rules(message)).hour == 9


@pytest.mark.django_db
def test_a_visit_moved_to_the_same_hour_after_a_change_keeps_it(before, clock):
    before(FORWARD)
    only(Kind.MOVED)
    visit = told_of(placed_long_ago(start=FORWARD - 15 * HOUR))  # Saturday at eleven
    monday = datetime(2030, 3, 11, 11, tzinfo=NEW_YORK)
    moving.move(visit=visit, starts_at=monday.astimezone(UTC), by=UserFactory())
    clock.shift(GRACE)

    find()

    message = Message.objects.latest("pk")
    assert message.subject == "Your visit is now on Monday, March 11 at 11:00 AM"
    assert events(message)[0].start == monday


@pytest.mark.django_db
def test_of_two_visits_at_half_past_one_each_keeps_its_moment(before):
    before(BACK)
    starts = [BACK - HALF, BACK + HALF]

    message = news_of(*starts)

    found = events(message)
    assert message.text.count("1:30 AM") == 2
    assert [event.start.astimezone(UTC) for event in found] == starts
    assert [event.end - event.start for event in found] == [HOUR, HOUR]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "start",
    [
        FORWARD - HALF,  # half past one until half past three, an hour later
        BACK - 90 * timedelta(minutes=1),  # half past midnight until half past one, the first
        BACK - timedelta(minutes=45),  # a quarter past one until the same, an hour later
        BACK,
        BACK + timedelta(minutes=45),
    ],
)
def test_a_visit_over_the_change_is_as_long_in_the_calendar_as_it_is(before, start):
    before(start)

    message = news_of(start)

    (event,) = events(message)
    assert event.start.astimezone(UTC) == start
    assert event.end.astimezone(UTC) == start + HOUR
    assert "60 minutes" in message.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("America/Denver", "8:00 AM"),
        ("Pacific/Honolulu", "4:00 AM"),
        ("Asia/Kathmandu", "7:45 PM"),
        ("Pacific/Auckland", "2:00 AM"),
    ],
)
@pytest.mark.usefixtures("clock")
def test_each_place_has_its_own_clock(zone, told):
    place = LocationFactory(name="Elsewhere", zone_name=zone)
    start = datetime(2030, 5, 13, 14, tzinfo=UTC)

    message = news_of(start, table=TableFactory(location=place))

    (event,) = events(message)
    assert message.subject.endswith(told)
    assert event["DTSTART"].params["TZID"] == zone
    assert event.start == start
    assert start.astimezone(zone_rules(message)).strftime("%-I:%M %p") == told


@pytest.mark.django_db
@pytest.mark.parametrize("server", ["Asia/Tokyo", "UTC", "America/Los_Angeles"])
@pytest.mark.usefixtures("clock")
def test_the_servers_own_clock_changes_nothing(server):
    with timezone.override(server):
        message = news_of(datetime(2030, 5, 13, 14, tzinfo=UTC))

    assert message.subject == "Your visit on Monday, May 13 at 10:00 AM"
    assert events(message)[0]["DTSTART"].to_ical() == b"20300513T100000"
