"""Visits as a calendar file (RFC 5545): the same UID for good, and the visit's revision as its SEQUENCE. Pure."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Event, Timezone
from icalendar.parser import Contentline

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Deqi//Visits//EN\r\nMETHOD:{method}\r\n"
TAIL = "END:VCALENDAR\r\n"
BEGIN, END = "BEGIN:VEVENT\r\n", "END:VEVENT\r\n"
SHARED = ("summary", "place", "note", "organizer", "clinic")
WALL_CLOCK = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Entry:
    """One visit; all times are aware. `zone` is the one whose wall clock tells it, `organizer` the address that it is
    published from: without one calendar programs need not believe a file (RFC 5546, 3.2.1)."""

    uid: str
    sequence: int
    summary: str
    place: str
    note: str
    organizer: str
    clinic: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    zone: ZoneInfo


def calendar_file(entries, *, cancelled=False):
    """The text of an .ics with these visits: to be put in, or, CANCELLED, to be taken out again."""
    years = defaultdict(set)
    for entry in entries:
        years[entry.zone].add(entry.starts_at.astimezone(entry.zone).year)
    method = "CANCEL" if cancelled else "PUBLISH"
    zones = "".join(rules(zone, min(found), max(found)) for zone, found in years.items())
    events = "".join(
        BEGIN + shared_lines(*(getattr(entry, name) for name in SHARED), cancelled) + own_lines(entry) + END
        for entry in entries
    )
    return HEAD.format(method=method) + zones + events + TAIL


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


# Writing words and rules out takes a millisecond, for what thousands of visits share; the rest of an event is numbers.


@lru_cache(maxsize=2000)
def shared_lines(summary, place, note, organizer, clinic, cancelled):
    """What an event has in common with others of its place."""
    event = Event()
    event.add("summary", summary)
    event.add("location", place)
    event.add("description", note)
    event.add("organizer", f"mailto:{organizer}", parameters={"CN": clinic})
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event.to_ical().decode().removeprefix(BEGIN).removesuffix(END)


@lru_cache(maxsize=200)
def rules(zone, first, last):
    """When this zone's clocks change, from the year before the first to the year after the last."""
    end = date(min(last + 2, 9999), 1, 1)
    found = Timezone.from_tzinfo(zone, first_date=date(first - 1, 1, 1), last_date=end)
    found.pop("comment", None)
    return found.to_ical().decode()
