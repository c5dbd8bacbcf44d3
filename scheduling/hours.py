"""Wall-clock hours as moments. Pure: no ORM, no clock.

Hours repeat in the wall-clock time of their location, so nine stays nine when the clocks change. A wall-clock time that
happens twice means the first of the two. One that is skipped is read as if the clocks had not yet changed, which is how
hours go on; who asks for such a time is told that it does not exist (`exists`, `skipped`).
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from clinic.weeks import week_of


@dataclass(frozen=True)
class Hours:
    """From `starts` to `ends` on a `weekday` (Monday is 0) from one day until another, both included.

    `weeks` is 0 for every week; alternate weeks, Monday to Sunday, are 1 and 2 by turns (`week_of`).
    """

    weekday: int
    starts: time
    ends: time
    valid_from: date = date.min
    valid_until: date | None = None
    weeks: int = 0

    def on(self, day):
        return (
            day.weekday() == self.weekday
            and self.valid_from <= day <= (self.valid_until or date.max)
            and self.weeks in (0, week_of(day))
        )


@lru_cache(maxsize=20_000)
def moment(day, wall, zone):
    """The moment (UTC) at which the clocks of `zone` show `wall` on that day."""
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def exists(day, wall, zone):
    """Do the clocks of `zone` show `wall` on that day at all?"""
    return moment(day, wall, zone).astimezone(zone).replace(tzinfo=None) == datetime.combine(day, wall)


def skipped(day, wall, zone):
    """(from, to): the wall-clock times between which the clocks jump over `wall` on that day; None if they do not."""
    if exists(day, wall, zone):
        return None
    before, after = (datetime.combine(day, wall.replace(fold=fold), tzinfo=zone).utcoffset() for fold in (0, 1))
    early = datetime.combine(day, wall, tzinfo=UTC) - after
    ahead = [early + timedelta(minutes=n) for n in range((after - before) // timedelta(minutes=1) + 1)]
    jump = ahead[bisect_left(ahead, True, key=lambda at: at.astimezone(zone).utcoffset() == after)]
    return (jump + before).time(), (jump + after).time()


def spans(rows, days, zone):
    """Yield (start, end) in UTC for each of the rows on each of the days.

    Hours that lie wholly inside a skipped hour do not happen that day.
    """
    for day in days:
        for row in rows:
            if row.on(day):
                start, end = moment(day, row.starts, zone), moment(day, row.ends, zone)
                if start < end:
                    yield start, end


def merged(spans):
    """The spans in order, those that touch or overlap made one."""
    whole = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def hold(rows, start, end, zone):
    """Do the hours hold from `start` to `end` without a break?"""
    days = days_touched(start, end, zone)
    return any(opens <= start and end <= closes for opens, closes in merged(spans(rows, days, zone)))


def days_touched(start, end, zone):
    """The calendar days of `zone` that [start, end) touches."""
    day, last = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def told(rows, day):
    """The hours of a day as people say them: "9:00 to 12:00 and 13:00 to 17:00"; empty if there are none."""
    times = sorted((row.starts, row.ends) for row in rows if row.on(day))
    return " and ".join(f"{starts:%H:%M} to {ends:%H:%M}" for starts, ends in times)


def midnight(day, zone: ZoneInfo):
    """The first moment of a calendar day."""
    return moment(day, time.min, zone)
