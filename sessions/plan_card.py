"""The plan on one sheet, to lie beside the table: alerts first, needles area by area, boxes to count in by hand.

It bears the full name and the birth date: two identifiers are what keeps one patient's card from another's table
(Joint Commission NPSG.01.01.01), and initials are no identifier. It is no record, says so, and is shredded afterwards.
"""

import json
from dataclasses import dataclass

from sessions import charting, counting, findings, reading
from sessions.rows import all_of, kind_of
from sessions.snapshots import assessed, canonical, health_facts, rows

NEEDLED = ("needle", "target")


@dataclass(frozen=True)
class Sited:
    """A row that needles go in for, and how many it asks for."""

    line: reading.Line
    sites: int


@dataclass(frozen=True)
class Card:
    alerts: list
    areas: list
    blocks: list
    findings: list
    needles: int


def card(plan):
    """The card of a laid-out plan, in the words that its record will have."""
    pairs = list(zip(all_of(plan), map(reading.line, plain(rows(plan))), strict=True))
    sited = [(area(row), Sited(line, getattr(row, "sites", 1))) for row, line in pairs if kind_of(row) in NEEDLED]
    return Card(
        alerts=[reading.fact(each) for each in plain(health_facts(plan.appointment, local_day(plan)))],
        areas=[(name, found) for name in counting.AREAS if (found := [it for where, it in sited if where == name])],
        blocks=list(blocks(pairs)),
        findings=[reading.finding(each) for each in plain([assessed(each) for each in findings.of_plan(plan)])],
        needles=sum(it.sites for _, it in sited),
    )


def blocks(pairs):
    """(heading, lines) of each kind that needs no counting."""
    for kind, heading in reading.KINDS.items():
        lines = [line for row, line in pairs if kind_of(row) == kind]
        if lines and kind not in NEEDLED:
            yield heading, lines


def area(row):
    return counting.AREA_OF[charting.where(row).region]


def local_day(plan):
    return plan.appointment.starts_at.astimezone(plan.appointment.zone).date()


def plain(value):
    """As a snapshot holds it, which is what `reading` reads."""
    return json.loads(canonical(value))
