"""Nobody is told anything in the hours that a rule keeps quiet, on the clock of the place of the visit."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from clinic.models import Location
from reminders import objections, sending
from reminders.models import Kind, Message, Rule
from reminders.objections import Objection
from reminders.quiet import is_quiet, waking_time
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, LocationFactory, PatientFactory, TableFactory
from tests.reminders.posting import ANA, BEN, DAY, HOUR, SECOND, find, message, only, placed_long_ago, rule

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Havana",  # whose clocks change at midnight
        "Antarctica/Troll",  # by two hours
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # by half an hour
        "Europe/Berlin",
        "Pacific/Auckland",
    )
]
NINE, EIGHT = time(21), time(8)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times()
A_FEW_HOURS = 4 * 60  # minutes, more than any clock change takes away


def local(day, hour, minute=0):
    return datetime(2030, *day, hour, minute, tzinfo=NEW_YORK)


def minutes_awake(begins, ends):
    """How long a day's hours are in which it is not quiet."""
    return (begins.hour * 60 + begins.minute - ends.hour * 60 - ends.minute) % (24 * 60)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (local((5, 14), 8), local((5, 14), 8)),
        (local((5, 14), 20, 59), local((5, 14), 20, 59)),
        (local((5, 14), 21), local((5, 15), 8)),
        (local((5, 14), 0), local((5, 14), 8)),
        (local((5, 14), 7, 59), local((5, 14), 8)),
        (local((3, 9), 22), local((3, 10), 8)),  # the night in which the clocks go forward
        (local((11, 2), 22), local((11, 3), 8)),  # and back
    ],
)
def test_night_lasts_from_nine_to_eight_on_the_clock_of_the_place(now, expected):
    assert waking_time(now.astimezone(UTC), NEW_YORK, NINE, EIGHT) == expected


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [(time(12), True), (time(13, 59, 59), True), (time(14), False), (time(11, 59, 59), False), (time(0), False)],
)
def test_quiet_hours_within_a_day_have_a_first_and_no_last_moment(clock, quiet):
    assert is_quiet(clock, time(12), time(14)) == quiet


@given(now=MOMENTS, zone=st.sampled_from(ZONES))
def test_without_quiet_hours_nobody_ever_waits(now, zone):
    assert waking_time(now, zone, None, None) == now


@given(now=MOMENTS, zone=st.sampled_from(ZONES), begins=TIMES, ends=TIMES)
@example(datetime(2030, 11, 3, 6, 10, tzinfo=UTC), NEW_YORK, NINE, time(1, 30))  # ten past one, for the second time
@example(datetime(2030, 11, 3, 5, 10, tzinfo=UTC), NEW_YORK, NINE, time(1, 30))  # for the first
@example(datetime(2030, 3, 10, 6, 59, tzinfo=UTC), NEW_YORK, NINE, time(2, 30))  # an end that does not exist
@example(datetime(2030, 3, 10, 4, 59, tzinfo=UTC), ZoneInfo("America/Havana"), NINE, time(0, 30))
def test_the_waking_time_is_the_end_of_the_quiet_hours_and_never_within_them(now, zone, begins, ends):
    assume(minutes_awake(begins, ends) >= A_FEW_HOURS)

    awake = waking_time(now, zone, begins, ends)

    assert now <= awake < now + 25 * HOUR
    assert not is_quiet(awake.astimezone(zone).time(), begins, ends)
    assert waking_time(awake, zone, begins, ends) == awake
    assert awake.tzinfo == now.tzinfo
    if not is_quiet(now.astimezone(zone).time(), begins, ends):
        assert awake == now


@given(now=MOMENTS, zone=st.sampled_from(ZONES))
def test_it_is_the_same_moment_on_whatever_clock_one_asks(now, zone):
    assert waking_time(now.astimezone(zone), zone, NINE, EIGHT) == waking_time(now, zone, NINE, EIGHT)


def due_tomorrow(clock, *, at=MONDAY_TEN, **fields):
    """Visits within a reminder's time; the reminder of the day before is the only rule."""
    only(Kind.REMINDER, minutes=24 * 60)
    visit = placed_long_ago(start=at, **fields)
    clock.move_to(at - DAY)
    return visit


@pytest.mark.django_db
@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(now=MOMENTS, zone=st.sampled_from(ZONES), begins=TIMES, ends=TIMES)
def test_the_database_looks_at_the_same_clock(clock, now, zone, begins, ends):
    assume(begins != ends)
    found = Message.objects.first() or one_message(clock)
    Rule.objects.filter(active=True).update(quiet_from=begins, quiet_until=ends)
    Location.objects.update(zone_name=zone.key)
    Appointment.objects.update(span=(now + HOUR, now + 2 * HOUR))

    expected = Objection.QUIET if is_quiet(now.astimezone(zone).time(), begins, ends) else None
    assert objections.objection(found, now) == expected


def one_message(clock):
    due_tomorrow(clock)
    find()
    return Message.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("quiet", "hour", "waits_until"),
    [
        (("21:00", "08:00"), 22, 32),
        (("21:00", "08:00"), 21, 32),
        (("21:00", "08:00"), 20, 20),
        (("12:00", "14:00"), 12, 14),
        (("12:00", "14:00"), 14, 14),
        ((None, None), 3, 3),
    ],
)
def test_a_reminder_found_in_quiet_hours_waits_until_they_are_over(clock, quiet, hour, waits_until):
    midnight = MONDAY_TEN - 10 * HOUR
    rule(Kind.REMINDER, quiet_from=quiet[0], quiet_until=quiet[1])
    due_tomorrow(clock, at=midnight + hour * HOUR)

    find()

    assert Message.objects.get().next_attempt_at == midnight - DAY + waits_until * HOUR


@pytest.mark.django_db
@pytest.mark.parametrize(("quiet", "begins", "ends"), [(("21:00", "08:00"), 21, 32), (("12:00", "14:00"), 12, 14)])
def test_what_is_held_up_until_the_quiet_hours_goes_when_they_are_over(sink, tell, clock, quiet, begins, ends):
    midnight = MONDAY_TEN - 10 * HOUR
    rule(Kind.REMINDER, quiet_from=quiet[0], quiet_until=quiet[1])
    due_tomorrow(clock, at=midnight + begins * HOUR - SECOND)
    find()

    clock.shift(SECOND)
    tell()
    clock.move_to(midnight - DAY + ends * HOUR - SECOND)
    tell()
    held_up = list(sink.letters)
    clock.shift(SECOND)
    tell()

    assert held_up == []
    assert len(sink.letters) == 1
    assert Message.objects.get().attempts == 1


@pytest.mark.django_db
def test_a_message_of_a_rule_that_became_quieter_waits(sink, clock):
    due_tomorrow(clock)
    find()
    rule(Kind.REMINDER, quiet_from="09:00", quiet_until="11:00")

    sending.deliver()

    assert sink.letters == []
    assert Message.objects.get().next_attempt_at == timezone.now() + HOUR


@pytest.mark.django_db
def test_each_place_has_quiet_hours_of_its_own(clock):
    denver = LocationFactory(name="Denver", zone_name="America/Denver")
    seven = MONDAY_TEN - 3 * HOUR  # in New York; five o'clock in Denver
    placed_long_ago(start=seven, patient=PatientFactory(email=BEN), table=TableFactory(location=denver))
    due_tomorrow(clock, at=seven, patient=PatientFactory(email=ANA))

    find()

    eight = seven - DAY + HOUR
    assert message(ANA).next_attempt_at == eight
    assert message(BEN).next_attempt_at == eight + 2 * HOUR


@pytest.mark.django_db
def test_a_letter_about_two_places_waits_until_both_are_awake(sink, tell, clock):
    denver = LocationFactory(name="Denver", zone_name="America/Denver")
    seven = MONDAY_TEN - 3 * HOUR
    patient = PatientFactory(email=ANA)
    placed_long_ago(start=seven + 4 * HOUR, patient=patient, table=TableFactory(location=denver))
    due_tomorrow(clock, at=seven, patient=patient)
    find()

    clock.move_to(seven - DAY + 2 * HOUR)
    tell()
    too_early = list(sink.letters)
    clock.move_to(seven - DAY + 3 * HOUR)
    tell()

    assert too_early == []
    assert len(sink.letters) == 1


@pytest.mark.django_db
def test_a_reminder_is_not_sent_at_night_though_the_visit_begins_before_the_morning(sink, tell, clock):
    early = MONDAY_TEN - 3 * HOUR  # seven o'clock
    only(Kind.REMINDER, minutes=24 * 60)
    Rule.objects.filter(active=True).update(minutes=60)
    placed_long_ago(start=early)
    clock.move_to(early - HOUR)

    tell()
    clock.move_to(early + timedelta(minutes=1))
    tell()

    assert sink.letters == []
    assert Message.objects.get().state == "dropped"
