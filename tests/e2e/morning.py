"""Where the clinic of a test stands, so that its day has begun and is far from over whenever the test runs."""

from datetime import datetime
from zoneinfo import ZoneInfo

ZONES = [
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/Athens",
    "Atlantic/Azores",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
]


def zone_in_the_morning():
    """A place where it is about nine o'clock: the best free time is today."""
    return min(ZONES, key=lambda name: abs(datetime.now(ZoneInfo(name)).hour - 9))
