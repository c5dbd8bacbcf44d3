"""The hours in which a rule tells nobody anything, on the clock of a place. Pure."""

from datetime import datetime, timedelta


def is_quiet(clock, begins, ends):
    """Is this time of day within [begins, ends), which may go over midnight?"""
    if begins < ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def waking_time(now, zone, begins, ends):
    """`now`, or the end of the quiet hours in that zone if it is within them; without quiet hours (None), `now`.

    On the night that a clock goes forward the end may be an hour that does not exist: then it is the one after it.
    """
    if begins is None:
        return now
    local = now.astimezone(zone)
    if not is_quiet(local.time(), begins, ends):
        return now
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return max(now, datetime.combine(day, ends, tzinfo=zone).astimezone(now.tzinfo))
