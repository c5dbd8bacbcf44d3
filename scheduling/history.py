"""What happened to a visit, who did it and when, read from its event rows: nobody can leave anything out."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from scheduling import wording
from scheduling.models import Status

DONE = {
    Status.BOOKED: "Booked",
    Status.CONFIRMED: "Confirmed",
    Status.ARRIVED: "Checked in",
    Status.IN_SESSION: "Session started",
    Status.COMPLETED: "Completed",
    Status.CANCELLED: "Cancelled",
    Status.NO_SHOW: "Marked as no-show",
}


@dataclass(frozen=True)
class Entry:
    at: datetime
    who: str  # empty if nobody is on record
    what: str


def history(visit):
    """Entries, the latest first."""
    people = ("practitioner", "status_by", "placed_by", "booked_by")
    events = list(visit.appointment_history.select_related(*people).order_by("pgh_id"))
    entries = [told(before, after, visit.zone) for before, after in pairwise([None, *events])]
    return [entry for entry in reversed(entries) if entry]


def told(before, after, zone):
    """What changed between two events as an Entry, or None if it is nothing that the front desk looks for."""
    if before is None:
        return Entry(after.pgh_created_at, named(after.booked_by), f"Booked for {place(after, zone)}")
    if before.revision != after.revision:
        moved = f"Moved from {place(before, zone)} to {place(after, zone)}"
        return Entry(after.pgh_created_at, named(after.placed_by), moved)
    if before.status != after.status:
        who = named(after.status_by) or "the patient, through a link"
        return Entry(after.pgh_created_at, who, change(before, after))
    return None


def named(user):
    return str(user) if user else ""


def change(before, after):
    if not after.status_before:
        return f"Undone: {DONE[before.status].lower()}"
    reason = f": {after.cancel_reason}" if after.cancel_reason else ""
    return f"{DONE[after.status]}{reason}"


def place(event, zone):
    start = event.span.lower
    return f"{wording.day(start, zone)}, {wording.clock(start, zone)} with {event.practitioner}"
