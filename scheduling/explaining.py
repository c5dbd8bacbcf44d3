"""Why a wanted time is not possible, in a sentence, out of the obstacles in the way of each row of a sheet."""

from clinic.models import Technique
from scheduling import hours, licences, loading, staging, wording
from scheduling.availability import Why
from scheduling.models import Occupancy

SHARED = {Why.LATE, Why.CLOSED, Why.PATIENT, Why.TABLES, Why.DEVICES}  # do not depend on who treats
NAMED = 3  # of how many practitioners we tell what each is doing


def explain(sheet, found, wanted):
    """`found` is a list of (row, (Why, first cell without it)), every one an obstacle."""
    if not found:
        return nobody(sheet.wish)
    whys = {why for _, (why, _) in found}
    row, (why, cell) = found[0]
    if len(found) == 1 or (len(whys) == 1 and why in SHARED):
        return sentence(sheet, row, why, cell, wanted)
    if whys == {Why.HOURS}:
        return f"Nobody works {wording.at(wanted, wanted, row.zone)} on {wording.day(wanted, row.zone)}."
    present = [(row, why, cell) for row, (why, cell) in found if why != Why.HOURS][:NAMED]
    return " ".join(dict.fromkeys(sentence(sheet, *one, wanted) for one in present))


def nobody(wish):
    if wish.practitioner:
        return f"{wish.practitioner} does not offer {wish.service}, or has no working hours there."
    return f"Nobody with working hours offers {wish.service}."


def sentence(sheet, row, why, cell, wanted):
    end = sheet.grid.moment(cell) if cell is not None else None
    return WORDS[why](sheet, row, wanted, end)


def late(sheet, row, wanted, end):
    return "That time has passed. Choose a later one."


def closed(sheet, row, wanted, end):
    return wording.shut(row.location, end, wanted, row.zone)


def away(sheet, row, wanted, end):
    return wording.shut(row.practitioner, end, wanted, row.zone)


def off_hours(sheet, row, wanted, end):
    told = hours.told(row.hours, wanted.astimezone(row.zone).date())
    over = wanted + staging.length(sheet.wish.stages)
    return wording.off_hours(row.practitioner, row.location, told, wanted, over)


def licence(sheet, row, wanted, end):
    day, where = wanted.astimezone(row.zone).date(), row.location.jurisdiction
    found = loading.licences_of(row.practitioner)
    for technique in licences.missing(sheet.wish.service.techniques, found, where, day):
        ended = licences.last_day(technique, found, where, day)
        return wording.unlicensed(row.practitioner, Technique(technique).label, ended, where)
    return f"{row.practitioner}'s licence ends before the visit does."


def patient(sheet, row, wanted, end):
    name = sheet.wish.patient.given_name
    return (
        f"{name} has another visit until {wording.until(end, wanted, row.zone)}." if end else f"{name} has visits then."
    )


def busy(sheet, row, wanted, end):
    """Names the patient, which takes one more query."""
    needed = staging.needed(sheet.wish.stages, wanted, "practitioner")
    held = Occupancy.objects.filter(resource=row.practitioner).overlapping(needed[0][0], needed[-1][1])
    held = held.exclude(appointment=sheet.wish.visit) if sheet.wish.visit else held
    for one in held.select_related("appointment__patient", "block").order_by("span"):
        if any(start < one.until and one.span.lower < stop for start, stop in needed):
            return wording.occupied(row.practitioner, one, wanted, row.zone)
    return f"{row.practitioner} is busy then."


def tables(sheet, row, wanted, end):
    return wording.none_free(len(row.location.table_ids), "table", row.location, end, wanted)


def devices(sheet, row, wanted, end):
    return wording.none_free(len(row.location.device_ids), "e-stim unit", row.location, end, wanted)


WORDS = {
    Why.LATE: late,
    Why.CLOSED: closed,
    Why.HOURS: off_hours,
    Why.AWAY: away,
    Why.LICENCE: licence,
    Why.PATIENT: patient,
    Why.BUSY: busy,
    Why.TABLES: tables,
    Why.DEVICES: devices,
}
