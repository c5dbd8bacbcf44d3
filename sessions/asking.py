"""When a patient is asked again after an incident, what to ask, and which signs need urgent care. Pure.

Sources stand beside each line of `data/follow_ups.csv` and `data/red_flags.csv`.
"""

import csv
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Asking:
    """`after` the session, `ask` this."""

    after: timedelta
    ask: str
    source: str

    @property
    def hours(self):
        return self.after // timedelta(hours=1)


@dataclass(frozen=True)
class RedFlag:
    """Signs for which the patient seeks urgent care; `when` they count, if not always."""

    when: str
    signs: str
    source: str


def lines(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def schedule():
    """{(code, severity): its askings, the first one first}; one of both is empty."""
    found = {}
    for line in lines("follow_ups.csv"):
        asking = Asking(timedelta(hours=int(line["after_hours"])), line["ask"], line["source"])
        found.setdefault((line["code"], line["severity"]), []).append(asking)
    return {key: sorted(askings, key=lambda one: one.after) for key, askings in found.items()}


def askings(code, severity):
    """What the code says goes before what its severity says; mild ones without a line are not asked about."""
    return schedule().get((code, ""), []) or schedule().get(("", severity), [])


def next_asking(code, severity, *, session, today):
    """(day, Asking) of the first one after `today`, for a session of that day; (None, None) when nothing is left."""
    for asking in askings(code, severity):
        if (day := session + asking.after) > today:
            return day, asking
    return None, None


@cache
def red_flags():
    """{code: RedFlag}"""
    return {line["code"]: RedFlag(line["when"], line["signs"], line["source"]) for line in lines("red_flags.csv")}
