"""A visit as a calendar file (RFC 5545): the same UID for good, and the visit's revision as its SEQUENCE. Pure."""

from datetime import UTC, date
from functools import lru_cache

from icalendar import Calendar, Event, Timezone
from icalendar.parser import Contentline

BEGIN = "BEGIN:VEVENT\r\n"
WALL_CLOCK = "%Y%m%dT%H%M%S"


def calendar_file(*, uid, revision, summary, place, note, starts_at, ends_at, made_at, zone):
    """The text of an .ics with this one visit, told in the wall-clock time of `zone`. All times are aware."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    own = [
        Contentline(f"UID:{uid}").to_ical().decode(),
        f"SEQUENCE:{revision}",
        f"DTSTAMP:{made_at.astimezone(UTC):{WALL_CLOCK}}Z",
        f"DTSTART;TZID={zone.key}:{start:{WALL_CLOCK}}",
        f"DTEND;TZID={zone.key}:{end:{WALL_CLOCK}}",
    ]
    before, begin, after = frame(zone, start.year, summary, place, note).partition(BEGIN)
    return before + begin + "".join(f"{line}\r\n" for line in own) + after


@lru_cache(maxsize=200)
def frame(zone, year, summary, place, note):
    """What the visits of a place have in common; the rest of the event is numbers, and goes in as text.

    Writing it out takes a millisecond, mostly for the zone's rules: thousands of visits share it. The rules reach from
    the year before to the year after the visit.
    """
    event = Event()
    event.add("summary", summary)
    event.add("location", place)
    event.add("description", note)
    event.add("status", "CONFIRMED")
    rules = Timezone.from_tzinfo(zone, first_date=date(year - 1, 1, 1), last_date=date(min(year + 2, 9999), 1, 1))
    rules.pop("comment", None)
    calendar = Calendar()
    calendar.add("prodid", "-//Deqi//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(rules)
    calendar.add_component(event)
    return calendar.to_ical().decode()
