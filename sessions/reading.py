"""A signed record as a reader sees it. Everything comes from the snapshot, nothing from live rows. Pure.

The snapshot's shape is `sessions.snapshots`. FORMAT 2 only added to FORMAT 1: what an old record does not say is
read as empty.
"""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

KINDS = {
    "needle": "Needles",
    "circuit": "Circuits",
    "target": "Dry needling",
    "cup": "Cups",
    "tuina": "Tui Na",
    "movement": "Breathing and movement",
}
NOTES = {
    "history": "Since last time",
    "pain_before": "Pain before",
    "tongue": "Tongue",
    "pulse": "Pulse",
    "palpation": "Palpation",
    "response": "Response",
    "pain_after": "Pain after",
    "advice": "Advice",
}
SPANS = ((60 * 24, "day"), (60, "hour"), (1, "minute"))
TIMES = {
    "needles_in_at": "Needles in",
    "current_on_at": "Current on",
    "current_off_at": "Current off",
    "needles_out_at": "Needles out",
}
SEVERITIES = {"block": "Block", "warn": "Warning", "inform": "Note"}


@dataclass(frozen=True)
class Line:
    """A row of the session: what it is, what was planned, what was done."""

    label: str
    name: str
    planned: str
    done: str
    outcome: str
    unplanned: bool


@dataclass(frozen=True)
class Reading:
    """The snapshot's parts. Times are aware and told in `zone`, the location's."""

    patient: dict
    visit: dict
    session: dict
    signed: dict
    zone: ZoneInfo
    alerts: list
    blocks: list
    notes: list
    findings: list
    incidents: list
    handovers: list
    times: list
    needles: str

    @property
    def name(self):
        return f"{self.patient['family_name']}, {self.patient['given_name']}"


def read(snapshot):
    """`snapshot` is the record's canonical JSON text."""
    kept = json.loads(snapshot, parse_float=str)
    visit = kept["visit"] | {"starts_at": moment(kept["visit"]["starts_at"])}
    return Reading(
        patient=kept["patient"] | {"birth_date": date.fromisoformat(kept["patient"]["birth_date"])},
        visit=visit,
        session=kept["session"],
        signed=kept["signed"] | {"at": moment(kept["signed"]["at"])},
        zone=ZoneInfo(visit["zone"]),
        alerts=[fact(each) for each in kept["health_facts"]],
        blocks=list(blocks(kept["rows"])),
        notes=[
            (words, kept["notes"][name]) for name, words in NOTES.items() if kept["notes"].get(name) not in ("", None)
        ],
        findings=[finding(each) for each in kept["findings"]],
        incidents=[incident(each, kept["rows"]) for each in kept["incidents"]],
        handovers=[each | {"at": moment(each["at"])} for each in kept.get("handovers", [])],
        times=[(words, moment(at)) for name, words in TIMES.items() if (at := kept["session"].get(name))],
        needles=count(kept["rows"], kept["incidents"]),
    )


def moment(text):
    return text and datetime.fromisoformat(text)


def fact(each):
    due = each["due_date"] and f"due {date.fromisoformat(each['due_date']):%-d %b %Y}"
    return " · ".join(filter(None, [each["words"], each["limb"], each["detail"], due]))


def finding(each):
    answer = each["answer"]
    return each | {
        "word": SEVERITIES[each["severity"]],
        "answer": answer and answer | {"at": moment(answer["at"])},
    }


def incident(each, rows):
    """`where` is the row it happened at and the exact site, or empty."""
    labels = {(row["kind"], row["id"]): row["label"] for row in rows}
    row = next((labels.get((kind, each[kind])) for kind in KINDS if each.get(kind)), "")
    return each | {
        "at": moment(each["at"]),
        "about_at": moment(each.get("about_at")),
        "where": ", ".join(filter(None, [row, each.get("site")])),
        "onset": onset(each.get("onset_minutes")),
        "action": each.get("action", ""),
        "notified": each.get("notified", ""),
        "preventable": each.get("preventable", ""),
        "reportable": each.get("reportable", False),
    }


def onset(minutes):
    """How long after the treatment it began; empty if nobody wrote it down."""
    if minutes is None:
        return ""
    if not minutes:
        return "at once"
    number, unit = next((minutes // size, word) for size, word in SPANS if minutes % size == 0)
    return f"{number} {unit}{'' if number == 1 else 's'} after"


def blocks(rows):
    """(heading, lines) of each kind that the session had, in the order it ran."""
    for kind, heading in KINDS.items():
        if found := [line(row) for row in rows if row["kind"] == kind]:
            yield heading, found


def line(row):
    values, display = row["values"], row["display"]
    label, name = row["label"], without_hanzi(row["name"])
    if row["kind"] == "circuit":
        label, name = row["name"], row["label"]
    return Line(
        label=label,
        name="" if label.startswith(name) else name,
        planned=" · ".join(filter(None, PLANNED[row["kind"]](values, display))),
        done=" · ".join(filter(None, done(values, display))),
        outcome=display["outcome"],
        unplanned=values["unplanned"],
    )


def without_hanzi(name):
    """Whoever makes or reads the sheet may have no Chinese font; the code says it all."""
    return " ".join(
        word for word in name.split() if not any(unicodedata.name(sign, "").startswith("CJK") for sign in word)
    )


def size(values):
    return f"{values['length_mm']} × {values['gauge_mm']} mm"


def minutes(number):
    return f"{number} min"


def needle(values, display):
    yield size(values)
    yield values["depth_mm"] and f"{values['depth_mm']} mm deep"
    yield display["angle"]
    yield values["manipulation"] != "none" and display["manipulation"]
    yield minutes(values["retention_min"])
    yield aim(values, display)


def aim(values, display):
    """What neuropuncture aims at: an intention, never an effect."""
    words = filter(None, [display.get("neural_target"), values.get("neural_level")])
    return values.get("neural_target") and f"aimed at: {' '.join(words)}"


def circuit(values, display):
    hertz = "/".join(str(hz) for hz in (values["low_hz"], values["high_hz"]) if hz is not None)
    yield values.get("channel") and f"channel {values['channel']}"
    yield f"{hertz} Hz"
    yield values.get("phase_s") and f"{values['phase_s']} s a phase"
    yield minutes(values["minutes"])
    yield display["mode"]
    yield f"{values['pulse_us']} µs"
    yield display["waveform"]
    yield display.get("polarity")
    yield values.get("strength") is not None and f"strength felt {values['strength']} of 10"
    yield aim(values, display)


def target(values, display):
    yield from (size(values), display["approach"], f"{values['passes']} passes")


def cup(values, display):
    yield from (f"{values['cups']} cups", display["method"], display["strength"], minutes(values["minutes"]))


def tuina(values, display):
    yield from display.get("techniques", [display["technique"]])
    yield from (display["pressure"], minutes(values["minutes"]))


def movement(values, display):
    yield values["instruction"]
    yield minutes(values["minutes"])
    yield values["home"] and f"at home: {values['home']}"


PLANNED = {
    "needle": needle,
    "circuit": circuit,
    "target": target,
    "cup": cup,
    "tuina": tuina,
    "movement": movement,
}


def done(values, display):
    """What the outcome alone does not say."""
    yield values["done_note"]
    if values.get("needles_in") is not None:
        yield f"{values['needles_in']} in, {values['needles_out'] or 0} out"
    if values.get("left_in_place"):
        yield f"{values['left_in_place']} left in place until {date.fromisoformat(values['remove_on']):%-d %b %Y}"
    yield from current(values)
    yield values.get("sensation")
    yield values.get("twitches") is not None and f"{values['twitches']} twitches"
    yield values.get("soreness_told") and "told about soreness"
    yield display.get("marks_before") and f"marks before: {display['marks_before']}"
    yield display.get("marks_after") and f"marks after: {display['marks_after']}"


def current(values):
    """What a circuit reached, as far as the unit shows it and the patient felt it."""
    yield values.get("done_ma") is not None and f"{values['done_ma']} mA reached"
    yield values.get("tolerated_ma") is not None and f"{values['tolerated_ma']} mA tolerated"
    yield values.get("done_dial") and f"dial at {values['done_dial']}"
    yield values.get("done_strength") is not None and f"felt {values['done_strength']} of 10"


def count(rows, incidents):
    """The needle count of the whole session, in words; empty if no needle went in."""
    total = {
        name: sum(row["values"].get(name) or 0 for row in rows)
        for name in ("needles_in", "needles_out", "left_in_place")
    }
    missing = sum(each["missing"] for each in incidents)
    said = [f"{total['needles_in']} in", f"{total['needles_out']} out"]
    said += [f"{total['left_in_place']} left in place"] if total["left_in_place"] else []
    said += [f"{missing} reported missing"] if missing else []
    return ", ".join(said) if total["needles_in"] else ""
