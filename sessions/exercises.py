"""Ready exercises that a plan can take over: what to do in the room and the line to take home. Pure.

Read from `data/exercises.csv`, each with its source. They are general teaching, no treatment plan.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHEET = Path(__file__).resolve().parent / "data" / "exercises.csv"


@dataclass(frozen=True)
class Exercise:
    key: str
    kind: str
    name: str
    minutes: int
    instruction: str
    home: str
    source: str
    confidence: str

    @property
    def values(self):
        """By the name of a step's field."""
        return {name: getattr(self, name) for name in ("kind", "minutes", "instruction", "home")}

    @property
    def told(self):
        recalled = "" if self.confidence == "confirmed" else " (from memory, not looked up)"
        return f"Source: {self.source}{recalled}."


@cache
def ready():
    """{key: Exercise} in the sheet's order."""
    with SHEET.open(encoding="utf-8", newline="") as file:
        return {row["key"]: Exercise(**row | {"minutes": int(row["minutes"])}) for row in csv.DictReader(file)}
