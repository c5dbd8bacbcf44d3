"""The hours in which a rule tells nobody anything, on the clock of a place. Pure."""

from datetime import UTC, datetime, timedelta


def is_quiet(clock, begins, ends):
    """Is this time of day within [begins, ends), which may go over midnight?"""
    if begins < ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def waking_time(now, zone, begins, ends):
    """`now`, or the end of the quiet hours in that zone if it is within them; without quiet hours (None), `now`.

    On the night that a clock goes forward the end may be an hour that does not exist: then it is the one after it.
    On the night that it goes back the end may come twice: then both times.
    """
    if begins is None:
        return now
    local = now.astimezone(zone)
    if not is_quiet(local.time(), begins, ends):
        return now
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    ends_at = datetime.combine(day, ends, tzinfo=zone)
    if ends_at.astimezone(UTC) <= now:
        ends_at = ends_at.replace(fold=1)
    return ends_at.astimezone(UTC).astimezone(now.tzinfo)
