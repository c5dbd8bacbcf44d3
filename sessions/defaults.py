"""How a point is needled if nobody says otherwise: by its kind, and by what this person had last time. Pure.

The general part is `data/needle_defaults.csv`, each row with its source; a later scope goes before an earlier one. Over
the lung no default is longer than what the safety rules let pass, whoever had it: see `within_reach`.
"""

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "data" / "needle_defaults.csv"
NUMBERS = {"length_mm": int, "gauge_mm": str, "depth_mm": int, "retention_min": int}
FIELDS = (*NUMBERS, "angle", "manipulation")
OVER_LUNG = ("high", "moderate")
STRAIGHT, SLANTED = "perpendicular", "oblique"


def for_point(*, system, region, tier):
    """{field: value} for a point of this kind; millimetres and minutes."""
    values = {}
    for scope in (("all", ""), ("region", region), ("system", system), ("tier", tier)):
        values |= table().get(scope, {})
    return values


def for_person(usual, before, *, minutes):
    """`usual` as this person had it last time: `before` is their last needle of this point, `minutes` their rest then.

    Either may be None. What the needle itself had goes before how long the others rested.
    """
    rested = {"retention_min": minutes} if minutes is not None else {}
    return usual | rested | (before or {})


def within_reach(values, *, tier, longest):
    """Over the lung never straight, and no longer than `longest` mm (rule S048)."""
    if tier not in OVER_LUNG:
        return values
    length = min(values["length_mm"], int(longest))
    depth = None if values["depth_mm"] is None else min(values["depth_mm"], length)
    angle = SLANTED if values["angle"] == STRAIGHT else values["angle"]
    return values | {"length_mm": length, "depth_mm": depth, "angle": angle}


def usual_rest(needles):
    """The minutes that most of a session's needles rested, the longer of two as frequent; None without needles."""
    minutes = [needle["retention_min"] for needle in needles]
    return max(minutes, key=lambda one: (minutes.count(one), one), default=None)


@cache
def table():
    """{(scope, match): values}; an empty cell leaves what the scope before it says."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {(row["scope"], row["match"]): cells(row) for row in csv.DictReader(file)}


def cells(row):
    return {name: NUMBERS.get(name, str)(row[name]) for name in FIELDS if row[name]}
