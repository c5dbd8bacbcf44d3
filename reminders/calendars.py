"""Visits as a calendar file (RFC 5545): the same UID for good, and the visit's revision as its SEQUENCE. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone
from icalendar.parser import Contentline

BEGIN, END = "BEGIN:VEVENT\r\n", "END:VEVENT\r\n"
WALL_CLOCK = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Entry:
    """One visit; all times are aware. `zone` is the one whose wall clock tells it."""

    uid: str
    sequence: int
    summary: str
    place: str
    note: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    zone: ZoneInfo


def calendar_file(entries, *, cancelled=False):
    """The text of an .ics with these visits (one at least): to be put in, or, CANCELLED, to be taken out again."""
    before, after, events, zones = "", "", [], []
    for entry in entries:
        key = (entry.zone, entry.starts_at.astimezone(entry.zone).year)
        head, event, tail = frame(*key, entry.summary, entry.place, entry.note, cancelled)
        if not before:
            before, after = head, tail
        elif key not in zones and entry.zone.key not in {zone.key for zone, _ in zones}:
            before += zone_rules(*key)
        zones.append(key)
        events.append(BEGIN + event + own_lines(entry) + END)
    return before + "".join(events) + after


def own_lines(entry):
    lines = [
        Contentline(f"UID:{entry.uid}").to_ical().decode(),
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{in_utc(entry.made_at)}",
        *times(entry),
    ]
    return "".join(f"{line}\r\n" for line in lines)


def times(entry):
    """On the clock of the place; but of the hour that comes twice a clock means the first one (RFC 5545, 3.3.5)."""
    start, end = entry.starts_at.astimezone(entry.zone), entry.ends_at.astimezone(entry.zone)
    if start.fold or end.fold:
        return [f"DTSTART:{in_utc(start)}", f"DTEND:{in_utc(end)}"]
    return [f"DTSTART;TZID={entry.zone.key}:{start:{WALL_CLOCK}}", f"DTEND;TZID={entry.zone.key}:{end:{WALL_CLOCK}}"]


def in_utc(moment):
    return f"{moment.astimezone(UTC):{WALL_CLOCK}}Z"


@lru_cache(maxsize=200)
def frame(zone, year, summary, place, note, cancelled):
    """(what stands before the events, the event's own lines, what stands after them).

    It is what the visits of a place have in common; the rest of an event is numbers, and goes in as text. Writing it
    out takes a millisecond, mostly for the zone's rules: thousands of visits share it.
    """
    event = Event()
    event.add("summary", summary)
    event.add("location", place)
    event.add("description", note)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Deqi//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(rules(zone, year))
    calendar.add_component(event)
    before, _, rest = calendar.to_ical().decode().partition(BEGIN)
    lines, _, after = rest.partition(END)
    return before, lines, after


def rules(zone, year):
    """When this zone's clocks change, from the year before to the year after."""
    found = Timezone.from_tzinfo(zone, first_date=date(year - 1, 1, 1), last_date=date(min(year + 2, 9999), 1, 1))
    found.pop("comment", None)
    return found


@lru_cache(maxsize=50)
def zone_rules(zone, year):
    return rules(zone, year).to_ical().decode()
