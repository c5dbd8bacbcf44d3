from datetime import UTC, date, datetime, timedelta

import pytest

from desk import days
from desk.timeline import mark, marked
from tests.factories import LocationFactory

TODAY = date(2030, 5, 13)


def test_a_day_is_taken_as_it_is_asked_for():
    assert days.asked("2031-01-02", TODAY) == (date(2031, 1, 2), "")
    assert days.asked(None, TODAY) == days.asked("", TODAY) == (TODAY, "")
    assert days.asked("9999-12-30", TODAY) == (date(9999, 12, 30), "")


@pytest.mark.parametrize("text", ["monday", "2030-02-30", "9999-12-31", "0001-01-01", "10000-01-01", "😀", "1e9", "-1"])
def test_what_is_no_day_we_have_is_today_with_a_sentence(text):
    day, sentence = days.asked(text, TODAY)

    assert day == TODAY
    assert sentence.endswith("This is today.")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"])
@pytest.mark.parametrize("day", [days.EARLIEST, days.LATEST])
def test_the_first_and_last_day_have_two_ends_everywhere(zone, day):
    whole = days.Day(LocationFactory.build(zone_name=zone), day, datetime(2030, 5, 13, tzinfo=UTC))

    assert timedelta(hours=23) <= whole.end - whole.start <= timedelta(hours=25)


def test_around_the_ends_of_time_there_is_one_neighbour():
    assert days.around(days.EARLIEST)["previous"] is None
    assert days.around(days.LATEST)["following"] is None
    assert days.around(TODAY) == {"previous": date(2030, 5, 12), "following": date(2030, 5, 14)}


@pytest.mark.parametrize("text", [None, "", "x", "1" * 40, "-" + "9" * 30, "1.5", "😀"])
def test_a_mark_that_is_none_is_ignored(text):
    assert marked(text) is None


def test_a_mark_carries_a_moment_whole():
    moment = datetime(2030, 5, 13, 14, 0, 0, 123457, tzinfo=UTC)

    assert marked(str(mark(moment))) == moment
