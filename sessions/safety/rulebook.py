"""The words and numbers of the rules, read once from the data files.

A rule's version is a digest of its row and its thresholds: when the rule changes, every answer given to it lapses.
"""

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Rule:
    """One row of safety_rules.csv, with the thresholds that it uses."""

    id: str
    techniques: frozenset[str]
    title: str
    severity: str
    reason: str
    source: str
    thresholds: tuple[tuple[str, float], ...]
    version: str

    def threshold(self, name):
        return dict(self.thresholds)[name]


@cache
def rulebook():
    """{id: Rule} for every rule of the data file, those without code too."""
    thresholds = {}
    for row in read("thresholds.csv"):
        thresholds.setdefault(row["rule"], []).append(row)
    return {row["id"]: rule(row, thresholds.get(row["id"], [])) for row in read("safety_rules.csv")}


def rule(row, thresholds):
    return Rule(
        id=row["id"],
        techniques=frozenset(row["applies_to"].split("|")),
        title=row["trigger"],
        severity=row["severity"],
        reason=row["rationale"],
        source=row["source"],
        thresholds=tuple((line["name"], float(line["value"])) for line in thresholds),
        version=digest([row, thresholds]),
    )


@cache
def limbs():
    """{region: arm, leg or empty}: which region of the body counts for which limb."""
    named = {"upper": "arm", "lower": "leg", "none": ""}
    return {row["region"]: named[row["limb"]] for row in read("regions.csv")}


@cache
def distal():
    """{region: whether it is the far end of a limb}."""
    return {row["region"]: row["distal"] == "yes" for row in read("regions.csv")}


def read(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digest(value):
    """SHA-256 over canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
