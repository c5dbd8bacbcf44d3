"""Where a visit that is about to move could start, column by column: what glows while it is in the hand."""

from functools import reduce
from operator import and_

from clinic.models import Location
from scheduling import availability, loading, sheets
from scheduling.availability import Why
from scheduling.calendar.drawing import wall
from scheduling.calendar.shown import By, Span
from scheduling.sheets import Wish


def starts(visit, shown, now):
    """A list of {column, starts, ends} in wall-clock time: the visit may start from `starts` until before `ends`."""
    sheet = sheets.load(wish_for(visit, shown), now, lambda zone: shown.window)
    masks = {row.who: row.possible for row in sheet.rows}
    if shown.by != By.PRACTITIONER:
        masks = by_thing(sheet, shown, now)
    return [
        {"column": column, "starts": wall(start, shown.zone), "ends": wall(end, shown.zone)}
        for column, mask in masks.items()
        for start, end in stretches(sheet.grid, mask)
    ]


def wish_for(visit, shown):
    """Anybody may take the visit over; on another table or with another unit it stays with its practitioner."""
    everybody = shown.by == By.PRACTITIONER and shown.span == Span.DAY
    practitioner = None if everybody else visit.practitioner
    return Wish(visit.service, visit.patient, practitioner, Location(pk=shown.location), visit)


def by_thing(sheet, shown, now):
    """{table or unit: cells at which it, and all else that the visit needs, is free}."""
    place = next((one for one in loading.locations(sheet.wish.service.spot) if one.pk == shown.location), None)
    if not sheet.rows or not place:
        return {}
    start, end = sheet.grid.moment(0), sheet.grid.moment(sheet.grid.cells)
    spans = loading.spans(people=[], places=[place], start=start, end=end, besides=sheet.wish.visit, now=now)
    mine, things, fits = OWN[shown.by]
    rest = reduce(and_, (mask for why, mask in sheet.rows[0].layers.items() if why != mine), sheet.grid.all)
    touched = sheet.grid.touched
    return {pk: rest & fits(sheet, touched(spans.taken[pk]), touched(spans.off[pk])) for pk in getattr(place, things)}


def table_fits(sheet, taken, away):
    return availability.table_starts(sheet.wish.shape, sheet.grid, taken, away)


def unit_fits(sheet, taken, away):
    return availability.device_starts(sheet.wish.shape, sheet.grid, taken, away)


# the layer that asks for any of them, where the location keeps them, and whether one fits
OWN = {
    By.TABLE: (Why.TABLES, "table_ids", table_fits),
    By.DEVICE: (Why.DEVICES, "device_ids", unit_fits),
}


def stretches(grid, mask):
    """Yield (start, end) of every run of cells in the mask, as moments."""
    while mask:
        first = availability.next_bit(mask, 0)
        after = availability.next_bit(~mask, first)
        yield grid.moment(first), grid.moment(after)
        mask &= -1 << after
