"""What was done last time, read from its signed record, and how a plan differs from it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sessions.models import SignedRecord


@dataclass(frozen=True)
class LastTime:
    """The patient's last signed session before a visit. `labels` name its rows in the order the session ran."""

    visit: int
    starts_at: datetime
    labels: tuple
    pain: tuple = ()


@dataclass(frozen=True)
class Difference:
    """Labels: in both, only in the plan, only last time."""

    same: frozenset
    new: frozenset
    missing: frozenset


def last_time(visit):
    """The signed session before `visit`, or None for the patient's first."""
    record = (
        SignedRecord.objects.filter(
            plan__appointment__patient=visit.patient_id, plan__appointment__starts_at__lt=visit.starts_at
        )
        .select_related("plan__appointment")
        .order_by("-plan__appointment__starts_at")
        .first()
    )
    return record and read(record)


def read(record):
    kept = json.loads(record.snapshot)
    pain = tuple(kept["notes"].get(name) for name in ("pain_before", "pain_after"))
    return LastTime(
        visit=record.plan.appointment_id,
        starts_at=record.plan.appointment.starts_at,
        labels=tuple(
            dict.fromkeys(named(row["kind"], row["label"], row["name"], row["values"]) for row in kept["rows"])
        ),
        pain=pain if None not in pain else (),
    )


def wording(kind, item):
    """The label that tells a row of a plan from its others; a circuit's is its path, whatever its letter."""
    values = {"instruction": item.instruction} if kind == "movement" else {}
    return named(kind, item.label, item.path if kind == "circuit" else "", values)


def named(kind, label, name, values):
    if kind == "circuit":
        return name
    return f"{label}: {values['instruction']}" if kind == "movement" else label


def difference(labels, before):
    now, then = frozenset(labels), frozenset(before)
    return Difference(same=now & then, new=now - then, missing=then - now)
