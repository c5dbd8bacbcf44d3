"""From rows to what the browser draws, in wall-clock time of the location. Pure: no ORM, no clock.

Times are text without a zone ("2031-05-14T09:20"), so that every browser shows the clinic's clocks and not its own.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scheduling.calendar.shown import By, Span
from scheduling.hours import merged, told

OPENS, CLOSES = 8, 18  # shown at least, in hours
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
PLAIN = "#1d6b59"
CLOSED, OFF, AWAY = "closed", "off", "away"


@dataclass(frozen=True)
class Drawing:
    """`columns`, `visits`, `blocks` and `shade` are lists of dicts that JSON can take. A visit names its service and,
    by their place in `stages`, its stages: most are the same. `choices` are all columns that there are, `chosen` is
    the one whose week or list is shown.
    """

    columns: list
    visits: list
    stages: list
    services: dict
    blocks: list
    shade: list
    opens: int
    closes: int
    choices: list
    chosen: dict | None

    def plain(self, shown):
        return {
            "by": shown.by,
            "first": shown.first.isoformat(),
            "days": shown.step,
            "opens": self.opens,
            "closes": self.closes,
            "columns": self.columns,
            "visits": self.visits,
            "stages": self.stages,
            "services": self.services,
            "blocks": self.blocks,
            "shade": self.shade,
        }


def draw(rows, shown, column):
    """`column` is the primary key of whose week or list is wanted, or None."""
    choices = columns_of(rows, shown)
    chosen = next((one for one in choices if one["id"] == column), None) or busiest(choices)
    columns = [chosen] if chosen and shown.span == Span.WEEK else choices
    ids = {one["id"] for one in columns}
    kinds = {}
    visits = [visit(row, shown.zone, kinds) for row in rows.visits if row[shown.by] in ids]
    blocks = [block(one, shown.zone) for one in rows.away if one.block and one.resource in ids]
    opens, closes = limits(rows, shown, ids, [*visits, *blocks])
    shade = list(shading(rows, shown, ids))
    stages = [json.loads(text) for text in kinds]
    services = {pk: service(*rows.services[pk]) for pk in {one["service"] for one in visits}}
    return Drawing(columns, visits, stages, services, blocks, shade, opens, closes, choices, chosen)


def busiest(columns):
    """The first of those with the most visits, or None."""
    return max(columns, key=lambda one: one["visits"], default=None)


def wall(moment, zone):
    return moment.astimezone(zone).isoformat()[:16]


def visit(row, zone, kinds):
    """With its times as wall-clock text; `kinds` {JSON text of stages: its number} grows by those not met before."""
    stages = kinds.setdefault(row["stages"], len(kinds))
    return row | {"starts": wall(row["starts"], zone), "ends": wall(row["ends"], zone), "stages": stages}


def service(name, colour):
    """With a colour that is one."""
    return {"name": name, "colour": colour if COLOUR.fullmatch(colour) else PLAIN}


def block(one, zone):
    return {
        "id": one.block,
        "column": one.resource,
        "starts": wall(one.start, zone),
        "ends": wall(one.end, zone),
        "title": one.title,
    }


def columns_of(rows, shown):
    """Who works or is booked there on a shown day; every table and unit that is in use."""
    booked = Counter(row[shown.by] for row in rows.visits)
    taken = {*booked, *(one.resource for one in rows.away if one.block)}
    return [
        {"id": thing.id, "name": thing.name, "note": note(thing, rows, shown), "visits": booked[thing.id]}
        for thing in rows.things.values()
        if thing.kind == shown.by and wanted(thing, shown) and (thing.id in taken or in_use(thing, rows, shown.days))
    ]


def wanted(thing, shown):
    return shown.by != By.PRACTITIONER or not shown.practitioner or thing.id in shown.practitioner


def in_use(thing, rows, days):
    """An active table or unit; an active practitioner with hours on one of the days."""
    works = thing.kind != By.PRACTITIONER or any(one.on(day) for one in rows.hours.get(thing.id, []) for day in days)
    return thing.active and works


def note(thing, rows, shown):
    """What stands below the name: hours, the room, why a unit is not to be used."""
    if thing.kind == By.TABLE:
        return thing.room
    if thing.kind == By.DEVICE:
        return f"Out of service: {thing.out_of_service}" if thing.out_of_service else ""
    return told(rows.hours.get(thing.id, []), shown.day) if shown.span == Span.DAY else ""


def shading(rows, shown, ids):
    """Yield {column, starts, ends, why}: outside working hours, away, closed."""
    for one in rows.away:
        if not one.block:
            why, whose = (CLOSED, ids) if one.resource is None else (AWAY, ids & {one.resource})
            for pk in whose:
                yield shaded(pk, wall(one.start, shown.zone), wall(one.end, shown.zone), why)
    if shown.by == By.PRACTITIONER:
        for pk in ids:
            for day in shown.days:
                yield from (shaded(pk, *gap, OFF) for gap in gaps(rows.hours.get(pk, []), day))


def shaded(column, starts, ends, why):
    return {"column": column, "starts": starts, "ends": ends, "why": why}


def gaps(hours, day):
    """Yield what the hours leave of a day, as wall-clock text."""
    free, ends = datetime.combine(day, time.min), datetime.combine(day, time.min) + timedelta(days=1)
    for start, end in merged((one.starts, one.ends) for one in hours if one.on(day)):
        if free.time() < start:
            yield clocks(free, datetime.combine(day, start))
        free = datetime.combine(day, end)
    yield clocks(free, ends)


def clocks(*moments):
    return tuple(f"{moment:%Y-%m-%dT%H:%M}" for moment in moments)


def limits(rows, shown, ids, taken):
    """The first and the last hour to be shown: all that is open or taken, and the usual day at least."""
    held = [one for pk in ids for one in rows.hours.get(pk, []) for day in shown.days if one.on(day)]
    begins = [one.starts.hour for one in held] + [int(one["starts"][11:13]) for one in taken]
    ends = [hour_after(f"{one.ends:%H:%M}") for one in held]
    ends += [last_hour(one) for one in taken]
    return min([OPENS, *begins]), max([CLOSES, *ends])


def last_hour(one):
    """Whatever ends on another day reaches to midnight."""
    return hour_after(one["ends"][11:]) if one["ends"][:10] == one["starts"][:10] else 24


def hour_after(clock):
    hour, minute = int(clock[:2]), int(clock[3:])
    return min(24, hour + (minute > 0))
