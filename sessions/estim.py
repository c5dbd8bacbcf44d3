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
# our name of a value: the sheet's, how the pages call it, its unit
VALUES = {
    "low_hz": ("freq1", "Frequency", "Hz"),
    "high_hz": ("freq2", "Second frequency", "Hz"),
    "phase_s": ("alternate", "Seconds a phase", "s"),
    "pulse_us": ("pulse_width", "Pulse width", "µs"),
    "minutes": ("duration", "Time", "min"),
    "strength": ("intensity_scale", "Strength felt", ""),
    "done_ma": ("intensity", "Current", "mA"),
    "charge_uc": ("charge_per_pulse", "Charge a pulse", "µC"),
    "gauge_mm": ("needle_gauge", "Diameter of a clipped needle", "mm"),
}
PLANNED = ("low_hz", "high_hz", "phase_s", "pulse_us", "minutes", "strength")
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
        return f"{self.name} {plain(value)}{self.unit and ' ' + self.unit}: caution {self.warns}."


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

    def matches(self, values):
        """Are these the mode and the frequencies of this preset? `values` may have more, and miss what is empty."""
        numbers = [values.get(name) or None for name in ("low_hz", "high_hz")]
        return (values.get("mode", "continuous"), *numbers) == (self.mode, self.low_hz, self.high_hz)

    @property
    def told(self):
        """Its evidence and source in a line; a source that nobody looked up says so."""
        recalled = "" if self.confidence == "confirmed" else " (from memory, not looked up)"
        return f"Evidence: {self.evidence} Source: {self.source}{recalled}."


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
    return {name: parameter(sheet[key], called, unit) for name, (key, called, unit) in VALUES.items()}


def parameter(row, called, unit):
    """The range is the narrower of what is valid and what is blocked."""
    blocked, cautious = bounds(row["block_if"]), bounds(row["warn_if"])
    return Parameter(
        name=called,
        unit=unit,
        low=max(known(number(row["valid_min"]), blocked["below"])),
        high=min(known(number(row["valid_max"]), blocked["above"])),
        default=number(row["default"]),
        cautious_below=cautious["below"],
        cautious_above=cautious["above"],
        warns=row["warn_if"],
        source=row["source"],
        confidence=row["confidence"],
    )


def known(*values):
    return [value for value in values if value is not None]


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


def pairing_source(key):
    """Who says that this rule of pairing holds."""
    return next(row["source"] for row in rows("pairing_rule") if row["id"] == key)


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
