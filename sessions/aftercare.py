"""What a patient takes home: what was done, what is common afterwards, what to do, when to get help at once.

Plain words without a diagnosis and without a promise. They stand in `data/aftercare.csv` in each language that patients
may choose, each line with its source; `when` says which treatment a line belongs to.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import formats, timezone, translation

from clinic.errors import ClinicError
from clinic.saying import when
from scheduling.coming import next_visit
from sessions import charting, counting
from sessions.models import Outcome
from sessions.models.catalogue import Tier
from sessions.rows import all_of, kind_of

WORDS = Path(__file__).parent / "data" / "aftercare.csv"
GIVEN = {Outcome.DONE, Outcome.CHANGED}


@dataclass(frozen=True)
class Leaflet:
    """Sentences, ready to print. `own` are the practitioner's own lines, in whichever language they were typed."""

    language: str
    heads: dict
    done: list
    normal: list
    left: list
    home: list
    own: list
    urgent: list
    next_visit: str


def leaflet(plan, language):
    """The sheet of a laid-out plan; raises ClinicError while nothing of it is marked as done."""
    given = [row for row in all_of(plan) if row.outcome in GIVEN]
    if not given:
        raise ClinicError("Nothing is marked as done yet. Mark what was done on the chart, then print this.")
    whens = {"always", *map(kind_of, given), *(["chest"] if any(map(near_the_lung, given)) else [])}
    return Leaflet(
        language=language,
        heads=heads(plan, language),
        done=[text.format(where=areas(given, kind, language)) for kind, text in sentences("done", whens, language)],
        normal=texts("normal", whens, language),
        left=left_in_place(given, language),
        home=texts("home", whens, language),
        own=own_words(plan, given),
        urgent=texts("urgent", whens, language),
        next_visit=coming(plan.appointment, language),
    )


@cache
def lines():
    with WORDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sentences(part, whens, language):
    return [(line["when"], line[language]) for line in lines() if line["part"] == part and line["when"] in whens]


def texts(part, whens, language):
    return [text for _, text in sentences(part, whens, language)]


def word(name, language):
    return next(line[language] for line in lines() if (line["part"], line["when"]) == ("word", name))


def heads(plan, language):
    visit, place = plan.appointment, plan.appointment.table.location
    told = when(visit.starts_at, zone=visit.zone, language=language)
    values = {
        "name": plan.appointment.patient.name,
        "day": told.day,
        "practitioner": visit.practitioner.name,
        "place": place.name,
        "phone": place.phone,
    }
    names = [line["when"] for line in lines() if line["part"] == "word" and line["when"] != "next"]
    return {name: word(name, language).format_map(values) for name in names}


def areas(rows, kind, language):
    """head and neck, arms y manos: where rows of a kind were, from head to foot."""
    return listed({counting.AREA_OF[region(row)] for row in rows if kind_of(row) == kind}, language)


def listed(found, language):
    names = {line["when"]: line[language] for line in lines() if line["part"] == "area"}
    *most, last = [names[area] for area in counting.AREAS if area in found] or [""]
    return f"{', '.join(most)} {word('and', language)} {last}" if most else last


def region(row):
    """Of a point or a muscle that the row names, else the row's own; circuits and exercises have none."""
    named = getattr(row, "point", None) or getattr(row, "muscle", None)
    return getattr(named or row, "region", "other")


def near_the_lung(row):
    return kind_of(row) in ("needle", "target") and charting.where(row).pneumothorax_tier != Tier.NONE


def left_in_place(rows, language):
    text = texts("left", {"always"}, language)[0]
    said = [
        text.format(
            count=row.left_in_place,
            where=listed({counting.AREA_OF[region(row)]}, language),
            day=long_day(row.remove_on, language),
        )
        for row in rows
        if getattr(row, "left_in_place", 0)
    ]
    return said + texts("left_how", {"always"}, language) if said else []


def long_day(day, language):
    with translation.override(language):
        return formats.date_format(day, "l, F j" if language == "en" else r"l j \d\e F")


def own_words(plan, rows):
    """What was agreed for home, and the advice that stands in the notes."""
    note = getattr(plan, "note", None)
    advice = note.advice.strip() if note else ""
    return [*filter(None, [advice]), *(row.home for row in rows if getattr(row, "home", ""))]


def coming(visit, language):
    now = max(timezone.now(), visit.ends_at)
    after = next_visit(patient=visit.patient, now=now)
    if after is None:
        return word("no_next", language)
    told = when(after.starts_at, zone=after.zone, language=language, now=now)
    return word("next", language).format(day=told.day, time=told.time)
