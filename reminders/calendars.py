"""A visit as a calendar file (RFC 5545): the same UID for good, and the visit's revision as its SEQUENCE. Pure."""

from datetime import UTC, date
from functools import lru_cache

from icalendar import Calendar, Event, Timezone

END = "END:VCALENDAR"


def calendar_file(*, uid, revision, summary, place, note, starts_at, ends_at, made_at, zone):
    """The text of an .ics with this one visit, told in the wall-clock time of `zone`. All times are aware."""
    event = Event()
    event.add("uid", uid)
    event.add("sequence", revision)
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("dtstart", starts_at.astimezone(zone))
    event.add("dtend", ends_at.astimezone(zone))
    event.add("summary", summary)
    event.add("location", place)
    event.add("description", note)
    event.add("status", "CONFIRMED")
    before, end, after = frame(zone, starts_at.astimezone(zone).year).partition(END)
    return before + event.to_ical().decode() + end + after


@lru_cache(maxsize=50)
def frame(zone, year):
    """A calendar without its event. The zone's rules reach from the year before to the year after the visit."""
    calendar = Calendar()
    calendar.add("prodid", "-//Deqi//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    rules = Timezone.from_tzinfo(zone, first_date=date(year - 1, 1, 1), last_date=date(min(year + 2, 9999), 1, 1))
    rules.pop("comment", None)
    calendar.add_component(rules)
    return calendar.to_ical().decode()
