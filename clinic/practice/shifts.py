"""A practitioner's hours as values: what overlaps, what stands after a change, how a week looks. Pure."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import combinations

from clinic.bars import percent
from clinic.weeks import days_of, held

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEKS = ["every week", "weeks A", "weeks B"]


@dataclass(frozen=True)
class Shift:
    """A row of working hours; `location` is its primary key, `weeks` 0 for every week, 1 for weeks A, 2 for weeks B."""

    weekday: int
    starts: time
    ends: time
    location: int
    weeks: int
    valid_from: date
    valid_until: date | None = None

    @property
    def pattern(self):
        """The hours without the days from and until which they hold."""
        return replace(self, valid_from=date.min, valid_until=None)


def overlap(one, other):
    return (
        one.weekday == other.weekday
        and (one.weeks == other.weeks or 0 in (one.weeks, other.weeks))
        and one.starts < other.ends
        and other.starts < one.ends
        and one.valid_from <= (other.valid_until or date.max)
        and other.valid_from <= (one.valid_until or date.max)
    )


def overlaps(shifts):
    """[(earlier, later)] by their numbers in the list."""
    return [(i, j) for (i, one), (j, other) in combinations(enumerate(shifts), 2) if overlap(one, other)]


def over(shift, day):
    """Did these hours end before the day?"""
    return shift.valid_until is not None and shift.valid_until < day


def rewritten(current, shifts, today):
    """What stands when everything that is not over is put as `shifts` say."""
    return [shift for shift in current if over(shift, today)] + list(shifts)


def renewed(current, shifts, since):
    """What stands when `shifts` hold from a day on: the old hours end the day before, those planned for later go.

    Hours that go on as they were are left as they are.
    """
    wanted = {shift.pattern for shift in shifts}
    going_on = {s for s in current if s.valid_from < since and not s.valid_until and s.pattern in wanted}
    day_before = since - timedelta(days=1)
    ended = [
        shift if shift in going_on or over(shift, since) else replace(shift, valid_until=day_before)
        for shift in current
        if shift.valid_from < since
    ]
    lasting = {shift.pattern for shift in going_on}
    new = [replace(shift, valid_from=since, valid_until=None) for shift in shifts if shift.pattern not in lasting]
    return ended + new


def on(shifts, day):
    """The shifts worked on that day, in order."""
    return sorted((shift for shift in shifts if held(shift, day)), key=lambda shift: shift.starts)


def in_words(shift, places, *, dated=True):
    """ "Monday 09:00 to 17:00 at Riverside, every week, from 1 Jan 2030"; `places` are names by primary key."""
    words = f"{DAYS[shift.weekday]} {shift.starts:%H:%M} to {shift.ends:%H:%M} at {places[shift.location]}"
    words = f"{words}, {WEEKS[shift.weeks]}"
    if not dated:
        return words
    until = f" until {spoken(shift.valid_until)}" if shift.valid_until else ""
    return f"{words}, from {spoken(shift.valid_from)}{until}"


def spoken(day):
    return f"{day.day} {day:%b %Y}"


def told(shifts, places):
    """{weekday: words}: what two people who edit the same hours are shown."""
    lines = {day: [] for day in DAYS}
    for shift in sorted(shifts, key=lambda s: (s.weekday, s.valid_from, s.starts, s.weeks)):
        lines[DAYS[shift.weekday]].append(in_words(shift, places).removeprefix(f"{DAYS[shift.weekday]} "))
    return {day: "; ".join(words) for day, words in lines.items() if words}


# A week, drawn


@dataclass(frozen=True)
class Bar:
    left: str
    width: str
    words: str
    place: str


def week(shifts, monday, places, first, last):
    """[(day, [Bar])] for the seven days; the line runs from hour `first` to hour `last`."""
    return [(day, [bar(shift, places, first, last) for shift in on(shifts, day)]) for day in days_of(monday)]


def bar(shift, places, first, last):
    whole = 60 * (last - first)
    begins, ends = (60 * wall.hour + wall.minute for wall in (shift.starts, shift.ends))
    words = f"{shift.starts:%H:%M}–{shift.ends:%H:%M}"
    return Bar(percent(begins - 60 * first, whole), percent(ends - begins, whole), words, places[shift.location])


def reach(shifts):
    """(first, last) full hour that a line of the day has to show."""
    first = min((shift.starts.hour for shift in shifts), default=8)
    last = max((shift.ends.hour + (shift.ends.minute > 0) for shift in shifts), default=18)
    return min(first, 8), max(last, 18)


def scale(first, last):
    """[(hour, where on the line)], every second hour."""
    return [(hour, percent(hour - first, last - first)) for hour in range(first + first % 2, last + 1, 2)]
