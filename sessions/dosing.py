"""Less and more of a plan, by stated steps. Pure: rows are anything with a row's fields, by kind and in their order.

The steps, their limits and their sources are `data/dosing.csv`. They are the product's defaults: a person decides.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import ceil, floor
from pathlib import Path

from sessions.comparing import changes as told

DATA = Path(__file__).resolve().parent / "data" / "dosing.csv"
RAISES = ("time", "strength", "frequency")
LIGHTER = {"strong": "medium", "deep": "medium", "medium": "light"}


@dataclass(frozen=True)
class Dose:
    """A row of the data file. `amount` is in `unit`, and results are whole multiples of `whole`."""

    amount: Decimal
    unit: str
    whole: int
    floor: int
    ceiling: int
    says: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Step:
    """One row of the plan and its new values; without values it is left out."""

    kind: str
    row: object
    values: dict

    @property
    def words(self):
        if not self.values:
            return "left out"
        hertz = ("low_hz", "high_hz", "mode") if self.kind == "circuit" else ()
        then = {name: getattr(self.row, name) for name in (*self.values, *hertz)}
        return ", ".join(change.words for change in told(self.kind, then, then | self.values))


@cache
def doses(direction):
    """{what: Dose}"""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["what"]: dose(row) for row in csv.DictReader(file) if row["direction"] == direction}


def dose(row):
    whole, low, high = (int(row[name] or 0) for name in ("whole", "floor", "ceiling"))
    said = {name: row[name] for name in ("unit", "says", "source", "confidence")}
    return Dose(amount=Decimal(row["amount"] or 0), whole=whole, floor=low, ceiling=high, **said)


def gentler(rows):
    """Steps down for every row that has one. None of them raises anything; a plan at its floor has none."""
    gone = left_out(rows["needle"], used_by(rows["circuit"]))
    steps = [Step(kind, row, changed(row, LESS[kind](row))) for kind in LESS for row in rows[kind] if row not in gone]
    return [*(Step("needle", row, {}) for row in gone), *(step for step in steps if step.values)]


def one_step_more(rows, what):
    """Steps up in one thing, one of RAISES; none where all is at its limit."""
    steps = [Step(kind, row, changed(row, more(row))) for kind, more in MORE[what].items() for row in rows[kind]]
    return [step for step in steps if step.values]


def listed(steps):
    """Steps for a reader: (words, labels of the rows that share them)."""
    found = defaultdict(list)
    for step in steps:
        found[step.words].append(step.row.label)
    return list(found.items())


def changed(row, values):
    return {name: value for name, value in values.items() if value != getattr(row, name)}


# Needles


def used_by(circuits):
    return {needle for circuit in circuits for needle, _ in circuit.ends}


def left_out(needles, used):
    """Rows to leave out, the last added first, until about `amount` percent of the needles are gone."""
    step, total = doses("gentler")["needles"], sum(row.sites for row in needles)
    goal, most = ceil(total * step.amount / 100), min(floor(total * step.ceiling / 100), total - step.floor)
    out, gone = [], 0
    for row in sorted(needles, key=lambda row: row.pk, reverse=True):
        if row.pk not in used and gone < goal and gone + row.sites <= most:
            out.append(row)
            gone += row.sites
    return out


# Less of one row


def cut(value, what):
    """`value` less the step's percentage, in whole steps, never below the floor and never raised."""
    step = doses("gentler")[what]
    less = floor(value * (100 - step.amount) / 100 / step.whole) * step.whole
    return min(value, max(less, step.floor))


def lower(value, what):
    """`value` less the step's amount; what is not set stays so."""
    step = doses("gentler")[what]
    return value if value is None else min(value, max(value - int(step.amount), step.floor))


def calmer(circuit):
    """One low frequency instead of two."""
    low = min(circuit.low_hz, circuit.high_hz or circuit.low_hz, doses("gentler")["frequency"].ceiling)
    one = {"mode": "continuous", "high_hz": None, "phase_s": None} if circuit.mode == "dense_disperse" else {}
    return one | {"low_hz": low}


LESS = {
    "needle": lambda row: {"retention_min": cut(row.retention_min, "rest")},
    "circuit": lambda row: {
        "minutes": cut(row.minutes, "rest"),
        "strength": lower(row.strength, "strength"),
        **calmer(row),
    },
    "target": lambda row: {"passes": lower(row.passes, "passes")},
    "cup": lambda row: {"minutes": cut(row.minutes, "cups"), "strength": LIGHTER.get(row.strength, row.strength)},
    "tuina": lambda row: {"pressure": LIGHTER.get(row.pressure, row.pressure)},
}


# More of one row


def longer(name):
    def more(row):
        step, value = doses("more")["time"], getattr(row, name)
        # a needle that is not left in does not begin to rest
        return {name: max(value, min(value + int(step.amount), step.ceiling)) if value else value}

    return more


def stronger(circuit):
    step, value = doses("more")["strength"], circuit.strength
    return {"strength": value if value is None else max(value, min(value + int(step.amount), step.ceiling))}


def alternating(circuit):
    """Dense-disperse with the next higher second frequency."""
    step = doses("more")["frequency"]
    if circuit.mode == "continuous" and circuit.low_hz < step.amount:
        return {"mode": "dense_disperse", "high_hz": step.amount, "phase_s": 3}
    if circuit.mode == "dense_disperse" and max(circuit.low_hz, circuit.high_hz) < step.ceiling:
        return {"high_hz": Decimal(step.ceiling)}
    return {}


MORE = {
    "time": {"needle": longer("retention_min"), "circuit": longer("minutes")},
    "strength": {"circuit": stronger},
    "frequency": {"circuit": alternating},
}
