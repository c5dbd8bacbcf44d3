from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.quiet import MORNING, NIGHT, waking_time

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Auckland")]


def local(day, hour, minute=0):
    return datetime(2030, *day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (local((5, 14), 8), local((5, 14), 8)),
        (local((5, 14), 20, 59), local((5, 14), 20, 59)),
        (local((5, 14), 21), local((5, 15), 8)),
        (local((5, 14), 7, 59), local((5, 14), 8)),
        (local((3, 9), 22), local((3, 10), 8)),  # the night in which the clocks go forward
        (local((11, 2), 22), local((11, 3), 8)),  # and back
    ],
)
def test_night_lasts_from_nine_to_eight_on_the_clock_of_the_place(now, expected):
    assert waking_time(now.astimezone(UTC), NEW_YORK) == expected


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ELEVEN_HOURS_OR_TWELVE = 12 * 3600  # in the night when the clocks go back


@given(now=MOMENTS, zone=st.sampled_from(ZONES))
def test_the_waking_time_is_soon_and_never_at_night(now, zone):
    awake = waking_time(now, zone)

    assert now <= awake
    assert (awake.astimezone(UTC) - now).total_seconds() <= ELEVEN_HOURS_OR_TWELVE
    assert MORNING <= awake.astimezone(zone).time() < NIGHT
    assert awake.astimezone(zone).time() == time(8) or awake == now
