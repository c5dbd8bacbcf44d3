"""What a needle of neuropuncture may be aimed at: the catalogue's suggestion for a point. Pure.

Read from `data/neural_targets.csv`: each row with its source and whether it was looked up. A suggestion is never filled
in by itself: the target is the practitioner's intention, and no claim of an effect.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHEET = Path(__file__).resolve().parent / "data" / "neural_targets.csv"
VERTEBRA = re.compile(r"\b(C[1-7]|T(?:1[0-2]|[1-9])|L[1-5]|S[1-5])\b", re.IGNORECASE)


@dataclass(frozen=True)
class Suggestion:
    """`target` is a value of `NeuralTarget`; `level` such as "L4", a nerve with its roots, or a zone of the ear."""

    code: str
    target: str
    level: str
    note: str
    source: str
    confidence: str

    @property
    def told(self):
        recalled = "" if self.confidence == "confirmed" else ", from memory"
        return f"{self.source}{recalled}"


@cache
def sheet():
    """{code of the point: Suggestion}"""
    with SHEET.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Suggestion(**row) for row in csv.DictReader(file)}


def for_point(code, site=""):
    """The suggestion for a point, or None. Where its level is free (Jiaji) the exact site that was written says it."""
    found = sheet().get(code)
    if found is None or found.level:
        return found
    written = VERTEBRA.search(site)
    return Suggestion(**vars(found) | {"level": written[0].upper()}) if written else found


def for_points(points):
    """The suggestions for several (code, site), each once: what a circuit between them may be aimed at."""
    return list(dict.fromkeys(filter(None, (for_point(*point) for point in points))))
