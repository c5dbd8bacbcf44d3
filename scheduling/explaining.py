"""Why a wanted time is not possible, in a sentence, out of the obstacles in the way of each row of a sheet."""

from datetime import timedelta

from clinic.models import Spot, Technique
from scheduling import hours, licences, loading, staging, wording
from scheduling.availability import Why

SHARED = {Why.LATE, Why.NOTICE, Why.CLOSED, Why.PATIENT, Why.TABLES, Why.DEVICES}  # do not depend on who treats
NAMED = 3  # of how many practitioners we tell what each is doing
SPOTS = {Spot.TABLE: "table", Spot.CHAIR: "chair", Spot.EITHER: "table or chair"}


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
    if not wish.stages:
        return wording.no_stages(wish.service)
    if not wish.offered:
        return f"{wish.service} can't be booked online." if wish.online else wording.retired(wish.service)
    if wish.location and not wish.location.active:
        return f"{wish.location} is not in use any more. Choose another location."
    if wish.practitioner:
        return f"{wish.practitioner} does not offer {wish.service}, or has no working hours there."
    return f"Nobody with working hours offers {wish.service}."


def sentence(sheet, row, why, cell, wanted):
    end = sheet.grid.moment(cell) if cell is not None else None
    return WORDS[why](sheet, row, wanted, end)


def late(sheet, row, wanted, end):
    return "That time has passed. Choose a later one."


def notice(sheet, row, wanted, end):
    service = sheet.wish.service
    return wording.too_soon(service, service.notice_minutes, row.location.phone)


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
    """Names the patient, whom the sheet looks up; what is as hard as a visit comes before what is kept free."""
    who, zone, buffer = row.practitioner, row.zone, sheet.wish.kept.buffer_minutes
    needed = staging.needed(sheet.wish.stages, wanted, "practitioner")
    first, last = needed[0][0], needed[-1][1] + timedelta(minutes=buffer)
    held = [one for one in sheet.held[row.who] if first < one.until and one.span.lower < last]
    for one in held:
        if any(start < one.span.upper and one.span.lower < stop for start, stop in needed):
            return wording.occupied(who, one, wanted, zone)
    for one in held:
        if any(one.span.upper <= start < one.until for start, _ in needed):
            return wording.rests(who, one, wanted, zone)
        if one.span.lower >= needed[-1][1]:
            return wording.wants_rest(who, buffer, one, wanted, zone)
    return f"{who} is busy then."


def tables(sheet, row, wanted, end):
    if sheet.wish.table:
        return wording.taken(sheet.wish.table, end, wanted, row.zone)
    spot = SPOTS[sheet.wish.service.spot]
    return wording.none_free(len(row.location.table_ids), spot, row.location, end, wanted)


def devices(sheet, row, wanted, end):
    if sheet.wish.device:
        return wording.taken(sheet.wish.device, end, wanted, row.zone)
    return wording.none_free(len(row.location.device_ids), "e-stim unit", row.location, end, wanted)


WORDS = {
    Why.LATE: late,
    Why.NOTICE: notice,
    Why.CLOSED: closed,
    Why.HOURS: off_hours,
    Why.AWAY: away,
    Why.LICENCE: licence,
    Why.PATIENT: patient,
    Why.BUSY: busy,
    Why.TABLES: tables,
    Why.DEVICES: devices,
}
