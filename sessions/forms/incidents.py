"""What went wrong: a needle that is not found, and everything else."""

from sessions import reporting
from sessions.models import EventCode, Severity

from .fields import choice, text, whole
from .typed import Typed


class MissingForm(Typed):
    """A needle that is not found is named: it counts as accounted for because it is on record."""

    missing_row = choice("Where", [])
    missing = whole("How many", 1, 60)
    missing_detail = text(
        "What was done to find it", 5_000, rows=2, error_messages={"required": "Write what was done to find it."}
    )

    def __init__(self, data=None, *, rows=()):
        super().__init__(data)
        self.rows = {row.key: row for row in rows}
        self.fields["missing_row"].choices = [(row.key, row.label) for row in rows]

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        return self.tried(
            reporting.report_missing,
            plan=plan,
            version=version,
            item=self.rows[self.cleaned_data["missing_row"]].item,
            missing=self.cleaned_data["missing"],
            detail=self.cleaned_data["missing_detail"],
            by=by,
            at={"detail": "missing_detail", "missing": "missing"}.get,
        )


class IncidentForm(Typed):
    """What went wrong, coded as the clinic codes it."""

    incident_code = choice("What", [("", "Choose"), *EventCode.choices])
    incident_severity = choice("How bad", [("", "Choose"), *Severity.choices])
    incident_row = choice("Where", [], required=False)
    incident_detail = text("What happened", 5_000, rows=2, error_messages={"required": "Write what happened."})

    def __init__(self, data=None, *, rows=()):
        super().__init__(data)
        self.rows = {row.key: row for row in rows}
        self.fields["incident_row"].choices = [("", "No needle in particular"), *((row.key, row.label) for row in rows)]

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        row = self.rows.get(self.cleaned_data["incident_row"])
        return self.tried(
            reporting.report,
            plan=plan,
            version=version,
            code=self.cleaned_data["incident_code"],
            severity=self.cleaned_data["incident_severity"],
            detail=self.cleaned_data["incident_detail"],
            item=row and row.item,
            by=by,
            at=lambda name: f"incident_{name}",
        )
