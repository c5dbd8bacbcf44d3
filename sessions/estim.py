"""What the sheet on electro-stimulation says: limits, cautions, presets and pairing, each with its source. Pure.

Read from `data/estim.csv`. Units are the sheet's: Hz, seconds, µs, mA, minutes, and the patient's own rating 0 to 10.
A preset is a setting with the grade of its evidence, never a promise of what it does in the body.
"""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

SHEET = Path(__file__).resolve().parent / "data" / "estim.csv"
# our name of a value: the sheet's
VALUES = {
    "low_hz": "freq1",
    "high_hz": "freq2",
    "phase_s": "alternate",
    "pulse_us": "pulse_width",
    "minutes": "duration",
    "strength": "intensity_scale",
    "done_ma": "intensity",
    "charge_uc": "charge_per_pulse",
    "gauge_mm": "needle_gauge",
}
GRADE = "Evidence grade: "
BOUND = re.compile(r"\b(above|below) ([\d.]+)")
OUTSIDE = re.compile(r"\boutside ([\d.]+)-([\d.]+)")


@dataclass(frozen=True)
class Parameter:
    """A value with the range that is valid, what is usual, and from where on a caution is due (None: never)."""

    name: str
    unit: str
    low: Decimal
    high: Decimal
    default: Decimal
    cautious_below: Decimal | None
    cautious_above: Decimal | None
    warns: str
    source: str
    confidence: str

    def allows(self, value):
        return self.low <= value <= self.high

    def caution(self, value):
        """What to say of a value that is valid and yet unusual; nothing of a usual one."""
        under = self.cautious_below is not None and value < self.cautious_below
        over = self.cautious_above is not None and value > self.cautious_above
        if not (under or over):
            return ""
        unit = f" {self.unit}" if self.unit in SHOWN_UNITS else ""
        return f"{self.name}: {plain(value)}{unit} is {self.warns}. Take care."


SHOWN_UNITS = {"Hz", "s", "min", "mA", "mm"}


@dataclass(frozen=True)
class Preset:
    """A ready setting. `evidence` and `source` are shown wherever it is offered."""

    key: str
    name: str
    mode: str
    low_hz: Decimal
    high_hz: Decimal | None
    phase_s: int | None
    evidence: str
    source: str
    confidence: str

    @property
    def values(self):
        """By the name of a circuit's field."""
        return {"mode": self.mode, "low_hz": self.low_hz, "high_hz": self.high_hz, "phase_s": self.phase_s}

    @property
    def told(self):
        """Its evidence and source in a line; a source that nobody looked up says so."""
        recalled = "" if self.confidence == "confirmed" else " (from memory, not looked up)"
        return f"Evidence: {self.evidence} Source: {self.source}{recalled}."


@dataclass(frozen=True)
class PairingRule:
    key: str
    name: str
    verdict: str
    reason: str
    source: str

    @property
    def told(self):
        return f"{self.name}: {self.reason}. Source: {self.source}."


@dataclass(frozen=True)
class Caution:
    field: str
    sentence: str
    source: str


@cache
def rows(kind):
    with SHEET.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind]


@cache
def parameters():
    """{our name: Parameter}"""
    sheet = {row["id"]: row for row in rows("parameter")}
    return {name: parameter(sheet[key]) for name, key in VALUES.items()}


def parameter(row):
    """The range is the narrower of what is valid and what is blocked."""
    blocked, cautious = bounds(row["block_if"]), bounds(row["warn_if"])
    return Parameter(
        name=row["name"],
        unit=row["unit"],
        low=max(filter(None.__ne__, [number(row["valid_min"]), blocked["below"]])),
        high=min(filter(None.__ne__, [number(row["valid_max"]), blocked["above"]])),
        default=number(row["default"]),
        cautious_below=cautious["below"],
        cautious_above=cautious["above"],
        warns=row["warn_if"],
        source=row["source"],
        confidence=row["confidence"],
    )


def bounds(text):
    """ "above 100", "below 1 or above 150" and "outside 2-5" as {"below": …, "above": …}."""
    found = {"below": None, "above": None} | {word: Decimal(value) for word, value in BOUND.findall(text)}
    if outside := OUTSIDE.search(text):
        found |= {"below": Decimal(outside[1]), "above": Decimal(outside[2])}
    return found


def number(text):
    return Decimal(text) if text else None


@cache
def presets():
    """{key: Preset} in the sheet's order."""
    return {row["id"]: preset(row) for row in rows("preset")}


def preset(row):
    return Preset(
        key=row["id"],
        name=row["name"],
        mode=row["default"],
        low_hz=Decimal(row["freq1_hz"]),
        high_hz=number(row["freq2_hz"]),
        phase_s=int(row["alternate_s"]) if row["alternate_s"] else None,
        evidence=row["detail"].partition(GRADE)[2] or "not graded.",
        source=row["source"],
        confidence=row["confidence"],
    )


def offered(max_hz=None):
    """The presets that a unit of that limit can give."""
    return [it for it in presets().values() if max_hz is None or max(it.low_hz, it.high_hz or 0) <= max_hz]


@cache
def pairing(key):
    return next(PairingRule(**told(row)) for row in rows("pairing_rule") if row["id"] == key)


def told(row):
    return {
        "key": row["id"],
        "name": row["name"],
        "verdict": row["default"],
        "reason": row["detail"],
        "source": row["source"],
    }


def cautions(values):
    """A Caution for each of `values` ({our name: number or None}) that is valid and beyond the usual."""
    known = ((name, parameters()[name], value) for name, value in values.items() if value is not None)
    found = ((name, it.caution(Decimal(str(value))), it.source) for name, it, value in known)
    return [Caution(*one) for one in found if one[1]]


def charge_uc(milliamps, microseconds):
    """The charge of one pulse in microcoulombs; None while either is unknown."""
    if milliamps is None or microseconds is None:
        return None
    return Decimal(str(milliamps)) * Decimal(microseconds) / 1000


def plain(value):
    """ "500" for 500.0 and "2.5" for 2.5."""
    return f"{float(value):g}"
