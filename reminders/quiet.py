"""The hours in which nobody is reminded of anything. Pure."""

from datetime import datetime, time, timedelta

MORNING = time(8)
NIGHT = time(21)


def waking_time(now, zone):
    """`now`, or if it is night in that zone, eight o'clock of the coming morning there."""
    local = now.astimezone(zone)
    if MORNING <= local.time() < NIGHT:
        return now
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=zone)
