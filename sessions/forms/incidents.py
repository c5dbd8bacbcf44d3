"""What went wrong: a needle that is not found, and everything else."""

from django import forms

from sessions import reporting
from sessions.models import EventCode, Preventable, Severity

from .fields import choice, day, text, whole
from .typed import Typed

UNITS = {"1": "minutes", "60": "hours", "1440": "days"}
ASK = [("", "When the schedule says"), ("date", "On the day written here"), ("never", "Not again")]
AS_TYPED = ("code", "severity", "detail", "site", "action", "notified", "preventable", "reportable")


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
    """What went wrong, coded as the clinic codes it; today, or told today about an earlier session."""

    incident_code = choice("What", [("", "Choose"), *EventCode.choices])
    incident_severity = choice("How bad", [("", "Choose"), *Severity.choices])
    incident_about = choice("Session", [], required=False)
    incident_row = choice("At", [], required=False)
    incident_site = text("Where on the body", 80, required=False)
    incident_onset = whole("Began", 0, 999, required=False)
    incident_onset_unit = choice("after the session began", UNITS.items(), required=False)
    incident_detail = text("What happened", 5_000, rows=2, error_messages={"required": "Write what happened."})
    incident_action = text("What was done", 5_000, rows=2, required=False)
    incident_notified = text("Who was told", 200, required=False)
    incident_preventable = choice("Preventable", [("", "Not judged"), *Preventable.choices], required=False)
    incident_reportable = forms.BooleanField(label="To be reported to an authority", required=False)
    incident_ask = choice("Ask the patient again", ASK, required=False)
    incident_follow_up_on = day("On", required=False)

    def __init__(self, data=None, *, rows=(), before=()):
        super().__init__(data)
        self.rows, self.sessions = {row.key: row for row in rows}, {str(plan.pk): plan for plan in before}
        self.fields["incident_row"].choices = [("", "Nothing in particular"), *((row.key, row.label) for row in rows)]
        sessions = [(key, told(plan)) for key, plan in self.sessions.items()]
        self.fields["incident_about"].choices = [("", "This one"), *sessions]

    def clean(self):
        super().clean()
        typed = self.cleaned_data
        if typed.get("incident_about") and typed.get("incident_row"):
            self.add_error("incident_row", "These are the rows of today's session. Write where it was instead.")
        if typed.get("incident_ask") == "date" and not typed.get("incident_follow_up_on"):
            self.add_error("incident_follow_up_on", "Write the date, or choose another answer.")

    def value(self, name):
        return self.cleaned_data[f"incident_{name}"]

    @property
    def onset_minutes(self):
        number = self.value("onset")
        return None if number is None else number * int(self.value("onset_unit") or 1)

    def follow_up_on(self, plan, about):
        if self.value("ask") == "date":
            return self.value("follow_up_on")
        if self.value("ask") == "never":
            return None
        return reporting.proposed_day(plan, code=self.value("code"), severity=self.value("severity"), about=about)

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        row, about = self.rows.get(self.value("row")), self.sessions.get(self.value("about"))
        return self.tried(
            reporting.report,
            plan=plan,
            version=version,
            item=row and row.item,
            about=about,
            onset_minutes=self.onset_minutes,
            follow_up_on=self.follow_up_on(plan, about),
            **{name: self.value(name) for name in AS_TYPED},
            by=by,
            at=lambda name: "incident_onset" if name == "onset_minutes" else f"incident_{name}",
        )


def told(plan):
    visit = plan.appointment
    return f"{visit.starts_at.astimezone(visit.zone):%a %-d %b %Y}, {visit.service.name}"
