from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.weeks import week_of
from scheduling.hours import Hours, days_touched, hold, merged, midnight, moment, spans, told

NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour
NINE_TO_FIVE = [Hours(weekday, time(9), time(17)) for weekday in range(7)]


steady = settings(deadline=None, derandomize=True)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def lengths(rows, days, zone):
    return [end - start for start, end in spans(rows, days, zone)]


def test_nine_stays_nine_when_the_clocks_of_new_york_change():
    days = [date(2031, 3, 8), date(2031, 3, 9), date(2031, 11, 1), date(2031, 11, 2)]

    found = [start for start, _ in spans(NINE_TO_FIVE, days, NEW_YORK)]

    assert found == [utc(2031, 3, 8, 14), utc(2031, 3, 9, 13), utc(2031, 11, 1, 13), utc(2031, 11, 2, 14)]


def test_nine_stays_nine_when_the_clocks_of_lord_howe_change_by_half_an_hour():
    days = [date(2031, 4, 5), date(2031, 4, 6), date(2031, 10, 4), date(2031, 10, 5)]

    found = [start for start, _ in spans(NINE_TO_FIVE, days, LORD_HOWE)]

    assert found == [utc(2031, 4, 4, 22), utc(2031, 4, 5, 22, 30), utc(2031, 10, 3, 22, 30), utc(2031, 10, 4, 22)]


def test_hours_over_the_change_are_longer_or_shorter_than_the_clock_says():
    night = [Hours(weekday, time(0), time(6)) for weekday in range(7)]

    new_york = lengths(night, [date(2031, 3, 9), date(2031, 11, 2)], NEW_YORK)
    lord_howe = lengths(night, [date(2031, 10, 5), date(2031, 4, 6)], LORD_HOWE)

    assert new_york == [timedelta(hours=5), timedelta(hours=7)]
    assert lord_howe == [timedelta(hours=5, minutes=30), timedelta(hours=6, minutes=30)]


def test_hours_inside_the_skipped_hour_do_not_happen_that_day():
    early = [Hours(6, time(2, 30), time(3))]

    assert lengths(early, [date(2031, 3, 9)], NEW_YORK) == []
    assert lengths(early, [date(2031, 3, 16)], NEW_YORK) == [timedelta(minutes=30)]


def test_a_time_that_happens_twice_is_the_first_of_the_two():
    assert moment(date(2031, 11, 2), time(1, 30), NEW_YORK) == utc(2031, 11, 2, 5, 30)


def test_hours_count_from_their_first_day_to_their_last_both_included():
    may = [Hours(2, time(9), time(17), valid_from=date(2031, 5, 7), valid_until=date(2031, 5, 21))]
    wednesdays = [date(2031, 4, 30) + timedelta(weeks=week) for week in range(5)]

    found = [day for day in wednesdays if any(row.on(day) for row in may)]

    assert found == wednesdays[1:4]


def test_alternate_weeks_take_turns_across_the_years():
    """2026 has 53 ISO weeks: by their numbers two odd weeks would follow each other."""
    weeks_a = [Hours(weekday, time(9), time(17), weeks=1) for weekday in range(7)]
    weeks_b = [Hours(weekday, time(9), time(17), weeks=2) for weekday in range(7)]
    mondays = [date(2026, 12, 14) + timedelta(weeks=week) for week in range(6)]

    assert [week_of(monday) for monday in mondays] == [2, 1] * 3
    assert [any(row.on(monday) for row in weeks_a) for monday in mondays] == [False, True] * 3
    assert [any(row.on(monday) for row in weeks_b) for monday in mondays] == [True, False] * 3


@steady
@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_a_week_is_one_from_monday_to_sunday_and_the_other_is_next(day):
    monday = day - timedelta(days=day.weekday())

    assert {week_of(monday + timedelta(days=n)) for n in range(7)} == {week_of(day)}
    assert {week_of(day), week_of(day + timedelta(weeks=1))} == {1, 2}


def test_nine_stays_nine_in_alternate_weeks_when_the_clocks_change():
    sundays = [date(2031, 2, 23) + timedelta(weeks=week) for week in range(4)]
    every_other = [Hours(6, time(9), time(17), weeks=week_of(date(2031, 3, 9)))]

    found = [start for start, _ in spans(every_other, sundays, NEW_YORK)]

    assert found == [utc(2031, 2, 23, 14), utc(2031, 3, 9, 13)]


def test_hours_that_touch_hold_as_one():
    day = date(2031, 5, 14)
    halves = [Hours(2, time(9), time(12)), Hours(2, time(12), time(17))]
    parted = [Hours(2, time(9), time(12)), Hours(2, time(13), time(17))]
    start, end = moment(day, time(11, 30), NEW_YORK), moment(day, time(13, 30), NEW_YORK)

    assert hold(halves, start, end, NEW_YORK)
    assert not hold(parted, start, end, NEW_YORK)


def test_hours_are_told_as_people_say_them():
    rows = [Hours(2, time(13), time(17, 30)), Hours(2, time(9), time(12))]

    assert told(rows, date(2031, 5, 14)) == "09:00 to 12:00 and 13:00 to 17:30"
    assert told(rows, date(2031, 5, 15)) == ""


def test_a_day_of_25_hours_is_touched_as_one_day():
    start = midnight(date(2031, 11, 2), NEW_YORK)
    end = midnight(date(2031, 11, 3), NEW_YORK)

    assert end - start == timedelta(hours=25)
    assert list(days_touched(start, end, NEW_YORK)) == [date(2031, 11, 2)]


@steady
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10)).map(lambda pair: (pair[0], sum(pair)))))
def test_merging_changes_no_moment(parts):
    whole = merged(parts)

    assert {n for start, end in whole for n in range(start, end)} == {
        n for start, end in parts for n in range(start, end)
    }
    assert all(end < start for (_, end), (start, _) in pairwise(whole))
