"""What happened to a visit, who did it and when, read from its event rows: nobody can leave anything out."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from scheduling import wording
from scheduling.models import Status
from scheduling.moving import is_placement, is_undone

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
    related = ("practitioner", "table", "device", "status_by", "placed_by", "booked_by", "pgh_context")
    events = list(visit.appointment_history.select_related(*related).order_by("pgh_id"))
    entries = [told(before, after, visit.zone) for before, after in pairwise([None, *events])]
    return [entry for entry in reversed(entries) if entry]


def told(before, after, zone):
    """What changed between two events as an Entry, or None if it is nothing that the front desk looks for."""
    if before is None:
        series = ", one of a repetition" if after.series else ""
        booked = f"Booked for {place(after, zone)}{series}{reason(after)}"
        return Entry(after.pgh_created_at, named(after.booked_by), booked)
    if is_placement(before, after):
        return Entry(after.pgh_created_at, named(after.placed_by), f"{placed(before, after, zone)}{reason(after)}")
    if before.status != after.status:
        who = named(after.status_by) or "the patient, through a link"
        return Entry(after.pgh_created_at, who, change(before, after))
    return None


def named(user):
    return str(user) if user else ""


def reason(event):
    """Why it stands where it could not be booked otherwise."""
    return f". Allowed all the same: {event.override_reason}" if event.override_reason else ""


def placed(before, after, zone):
    """What moved: the visit, only its end, or only what it is given on; or it went back to where it was."""
    if is_undone(after):
        return f"Put back to {place(after, zone)}, {ending(after, zone)}, {after.table}"
    if (before.span.lower, before.practitioner) != (after.span.lower, after.practitioner):
        return f"Moved from {place(before, zone)} to {place(after, zone)}"
    if before.span.upper != after.span.upper:
        longer = "Made longer" if before.span.upper < after.span.upper else "Made shorter"
        return f"{longer}: {ending(after, zone)}, not {ending(before, zone)}"
    moves = [(before.table, after.table), (before.device or "no unit", after.device or "no unit")]
    return "Moved from " + ", ".join(f"{old} to {new}" for old, new in moves if old != new)


def change(before, after):
    if not after.status_before:
        return f"Undone: {DONE[before.status].lower()}"
    why = f": {after.cancel_reason}" if after.cancel_reason else ""
    return f"{DONE[after.status]}{why}"


def place(event, zone):
    start = event.span.lower
    return f"{wording.day(start, zone)}, {wording.clock(start, zone)} with {event.practitioner}"


def ending(event, zone):
    return f"until {wording.clock(event.span.upper, zone)}"
