"""What was done last time, read from its signed record and from nothing else, and how a plan differs from it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sessions import snapshots
from sessions.comparing import difference, done, title
from sessions.models import SignedRecord


@dataclass(frozen=True)
class LastTime:
    """The patient's last signed session before a visit. `rows` are its rows as the record keeps them, in the order the
    session ran, and `labels` their names; `facts` what was known of the patient's health."""

    visit: int
    plan: int
    starts_at: datetime
    rows: tuple
    labels: tuple
    notes: dict
    facts: tuple
    is_amended: bool

    @property
    def pain(self):
        """(before, after), empty unless both were asked."""
        pain = tuple(self.notes.get(name) for name in ("pain_before", "pain_after"))
        return pain if None not in pain else ()

    @property
    def told(self):
        """(label, how it was done otherwise than planned) of each row."""
        return [(title(row), done(row["values"])) for row in self.rows]

    def difference(self, plan):
        """How `plan`, laid out, differs; None is a plan without rows."""
        now = json.loads(snapshots.canonical(snapshots.rows(plan))) if plan else []
        return difference(now, self.rows)


def last_time(visit):
    """The signed session before `visit`, or None for the patient's first."""
    record = (
        SignedRecord.objects.knowing_amendments()
        .filter(plan__appointment__patient=visit.patient_id, plan__appointment__starts_at__lt=visit.starts_at)
        .select_related("plan__appointment")
        .order_by("-plan__appointment__starts_at")
        .first()
    )
    return record and read(record)


def read(record):
    """`record` knows whether it was amended."""
    kept = json.loads(record.snapshot)
    return LastTime(
        visit=record.plan.appointment_id,
        plan=record.plan_id,
        starts_at=record.plan.appointment.starts_at,
        rows=tuple(kept["rows"]),
        labels=tuple(dict.fromkeys(map(title, kept["rows"]))),
        notes=kept["notes"],
        facts=tuple(kept["health_facts"]),
        is_amended=record.is_amended,
    )
