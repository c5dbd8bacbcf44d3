"""A calendar day as somebody asks for it, and what it is at a location. Pure but for the clock that is given."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from clinic.models import Location
from scheduling.hours import midnight

EARLIEST = date(1900, 1, 1)
LATEST = date(9999, 12, 30)  # the day after it still has a midnight


def asked(text, today):
    """(day, sentence): the day written as 2030-05-13, or today and why."""
    if not text:
        return today, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today, "That is no day of the calendar. This is today."
    return (day, "") if EARLIEST <= day <= LATEST else (today, "That day is too far away. This is today.")


def around(day):
    """The days before and after, as far as there are pages for them."""
    step = timedelta(days=1)
    return {"previous": day - step if day > EARLIEST else None, "following": day + step if day < LATEST else None}


def today(locations, now):
    """The calendar day at the first location; where there is none, the server's."""
    return timezone.localdate(now, locations[0].zone if locations else None)


def many_clocks(locations):
    """Do these locations keep different times? Then each has to say which."""
    return len({place.zone_name for place in locations}) > 1


@dataclass(frozen=True)
class Day:
    """A calendar day at a location: half-open [start, end), with `now` beside it."""

    location: Location
    date: date
    now: datetime

    @classmethod
    def at(cls, location, now):
        """The present day there."""
        return cls(location, timezone.localdate(now, location.zone), now)

    @property
    def clock_of(self):
        """Whose clock its times are read by: "Denver time"."""
        return f"{self.location.zone_name.rpartition('/')[2].replace('_', ' ')} time"

    @property
    def start(self):
        return midnight(self.date, self.location.zone)

    @property
    def end(self):
        return midnight(self.date + timedelta(days=1), self.location.zone)

    @property
    def is_today(self):
        return self.start <= self.now < self.end

    @property
    def is_over(self):
        return self.end <= self.now

    def holds(self, moment):
        return self.start <= moment < self.end
