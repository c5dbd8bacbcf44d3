"""Somebody stands at the desk: with whom a service can begin now, or why with nobody, and when next."""

from datetime import UTC, datetime, timedelta

from scheduling import finding, sheets
from scheduling.availability import CELL
from scheduling.looking import Offer
from scheduling.sheets import Wish


def this_cell(now):
    """`now`, rounded down to the five minutes in which visits start."""
    return datetime.fromtimestamp(int(now.timestamp()) // CELL * CELL, UTC)


def offer(*, service, patient, practitioner, location, now):
    """Everybody who can begin now, or else why not and the nearest times."""
    start = this_cell(now)
    wish = {"service": service, "patient": patient, "practitioner": practitioner, "location": location}
    if free := free_at(Wish(**wish), start):
        return Offer(free, wanted=start)
    near = finding.nearest(wanted=start, now=start, **wish)
    return Offer(near, why_not=finding.why_not(wanted=start, now=start, **wish), wanted=start)


def free_at(wish, start):
    """A FreeTime for each practitioner who can begin then; whom the patient usually sees first."""
    sheet = sheets.load(wish, start, lambda zone: (start, start + timedelta(days=1)))
    cell = sheet.grid.cell(start.timestamp())
    usual = [who for who, _ in sheet.past]
    rows = [row for row in sheet.rows if row.possible >> cell & 1]
    return finding.times(sheet, [(row, cell) for row in sorted(rows, key=lambda row: -usual.count(row.who))])
