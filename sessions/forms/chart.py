"""Forms of the chart. One HTML form holds them all, so that whichever button is pressed, nothing typed is left behind.

Each form finds out what was changed and hands only that to its verb.
"""

from datetime import datetime
from hashlib import sha256

from django import forms

from clinic.errors import ClinicError
from sessions import charting
from sessions.charting import Counted
from sessions.models import EventCode, Severity
from sessions.refusals import PlanChanged

from .fields import choice, day, decimal, text, whole
from .plan import UNPROCESSABLE

PAIN = {str(number): number for number in range(11)}


class Typed(forms.Form):
    """A part of the chart. `save` returns the version to compare next, or None if the form or its verb refused."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.status, self.refusal, self.is_clash = UNPROCESSABLE, "", False

    def tried(self, verb, *, version, at=str, **kwargs):
        """Carry out `verb`; `at` gives this form's field for a field of the verb's."""
        try:
            return following(verb(version=version, **kwargs), version)
        except ClinicError as refusal:
            self.refuse(refusal, at(refusal.field))
            return None

    def refuse(self, refusal, name):
        self.status, self.is_clash = refusal.status, isinstance(refusal, PlanChanged)
        if name in self.fields:
            self.add_error(name, str(refusal))
        else:
            self.refusal = str(refusal)

    def again(self, **current):
        """This form with its errors over the plan as it is now: what the person typed stays, the rest is brought up."""
        form = type(self)(**current)
        form.data, form.is_bound, form._errors = self.brought_up(form), True, self.errors
        return form

    def brought_up(self, current):
        return self.data


def following(plan, version):
    """If somebody else changed the plan before us, the old version stays, and the next verb says so."""
    return plan.version if plan.version == version + 1 else version


class NotesForm(Typed):
    """What was said, seen and felt. Two people may write into different fields: each is compared by itself, with what
    stood there when the person began (`seen_…`)."""

    history = text("Since last time", 20_000, rows=3, required=False)
    pain_before = choice("Pain before", PAIN.items(), required=False, widget=forms.RadioSelect)
    tongue = text("Tongue", 500, required=False)
    pulse = text("Pulse", 500, required=False)
    palpation = text("Palpation", 20_000, rows=2, required=False)
    response = text("Response", 20_000, rows=3, required=False)
    pain_after = choice("Pain after", PAIN.items(), required=False, widget=forms.RadioSelect)
    advice = text("Advice", 20_000, rows=2, required=False)

    def __init__(self, data=None, *, note=None):
        self.kept = {name: "" if (it := getattr(note, name, None)) is None else it for name in self.base_fields}
        super().__init__(data, initial=self.kept)
        for name in ("pain_before", "pain_after"):
            self.fields[name].error_messages["invalid_choice"] = "Choose a number from 0 to 10."

    def clean(self):
        return {name: plain(name, value) for name, value in self.cleaned_data.items()}

    def before(self, name):
        return plain(name, self.data.get(f"seen_{name}", "").strip())

    def written(self):
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        return {name: value for name, value in sent.items() if value != self.before(name)}

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        if not (fields := self.written()):
            return version
        seen = {name: self.before(name) for name in fields}
        return self.tried(charting.note, plan=plan, version=version, fields=fields, by=by, seen=seen)

    def seen(self):
        """(name, value) of the hidden fields: what stands there now."""
        return [(f"seen_{name}", value) for name, value in self.kept.items()]

    def seen_after(self):
        """The same once this form was saved: what others wrote meanwhile the person has not seen yet."""
        return [(f"seen_{name}", self.data.get(name, "").strip()) for name in self.fields]

    def brought_up(self, current):
        """A field that was not written into shows what stands there now."""
        data = self.data.copy()
        for name, value in current.kept.items():
            if name not in self.data or plain(name, self.data[name].strip()) == self.before(name):
                data[name] = value
        return data

    def shown(self):
        """(field, what somebody else wrote into it meanwhile) in the order of the page."""
        return [(field, self.elsewhere(field)) for field in self]

    def elsewhere(self, field):
        return str(self.kept[field.name]) if field.errors and self.kept[field.name] != field.value() else ""


def plain(name, value):
    """Browsers end lines in their own way; a pain is a number, or None while nobody asked."""
    if name.startswith("pain_"):
        return PAIN.get(value)
    return value.replace("\r\n", "\n").replace("\r", "\n")


class RowsForm(Typed):
    """Boxes for rows of the plan. `was_…` tells what a row showed: whoever did not touch a row does not write it."""

    name = ""

    def __init__(self, data=None, *, rows=()):
        super().__init__(data)
        self.rows = rows
        for row in rows:
            self.fields |= {f"{name}-{row.key}": field for name, field in self.boxes(row).items()}

    def boxes(self, row):
        """{name: field} of a row; the initial values are what stands there."""
        raise NotImplementedError

    def standing(self, row):
        """The row as its boxes show it."""
        initial = {name: field.initial for name, field in self.boxes(row).items()}
        return {name: "" if value is None else str(value) for name, value in initial.items()}

    def was(self, row):
        """(name, value) of the hidden field."""
        return f"was_{self.name}-{row.key}", digest(self.standing(row))

    def is_touched(self, row):
        was, now = self.was(row)
        standing = self.standing(row)
        sent = {name: self.data.get(f"{name}-{row.key}", value).strip() for name, value in standing.items()}
        return digest(sent) != (self.data.get(was, now) if sent != standing else now)

    def typed(self, row):
        return {name: self.cleaned_data.get(f"{name}-{row.key}") for name in self.boxes(row)}

    def brought_up(self, current):
        data = self.data.copy()
        for row in current.rows:
            if not self.is_touched(row):
                data.update({f"{name}-{row.key}": value for name, value in current.standing(row).items()})
        return data


def digest(values):
    return sha256("\x1f".join(values.values()).encode()).hexdigest()[:16]


class CountForm(RowsForm):
    """A digit a site: in, out, and what stays in place until when. The boxes are empty until somebody counted."""

    name = "count"

    def boxes(self, row):
        item = row.item
        boxes = {
            "put_in": whole("In", 0, 60, required=False, initial=item.needles_in),
            "out": whole("Out", 0, 60, required=False, initial=item.needles_out),
        }
        if row.kind == "needle":
            boxes["left"] = whole("Left in place", 0, 60, required=False, initial=item.left_in_place or None)
            boxes["until"] = day("Comes out on", required=False, initial=item.remove_on)
        return boxes

    def clean(self):
        for row in self.rows:
            self.check(row.key, **self.typed(row))

    def check(self, key, put_in, out, left=None, until=None):
        """What can be told before the plan is asked, at the box where it can be mended."""
        if put_in is None and (out or left):
            self.add_error(f"put_in-{key}", "How many went in?")
        elif (out or 0) + (left or 0) > (put_in or 0):
            self.add_error(f"out-{key}", f"{put_in} went in.")
        if left and not until:
            self.add_error(f"until-{key}", "When do they come out?")

    def counted(self, row):
        typed = self.typed(row)
        return Counted(typed["put_in"], typed["out"], typed.get("left") or 0, typed.get("until"))

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        counts = {(row.kind, row.item.pk): self.counted(row) for row in self.rows if self.is_touched(row)}
        if not counts:
            return version
        return self.tried(charting.count, plan=plan, version=version, counts=counts, by=by)


class DoneForm(RowsForm):
    """What was different in each row, and what only the treatment showed: current, sensation, twitches."""

    name = "done"

    def boxes(self, row):
        item = row.item
        boxes = {"done_note": text("What was different", 500, required=False, initial=item.done_note)}
        if row.kind == "circuit":
            boxes["done_ma"] = decimal("Current", 0, 10, "mA", required=False, initial=item.done_ma)
            boxes["sensation"] = text("Sensation", 200, required=False, initial=item.sensation)
        if row.kind == "target":
            boxes["twitches"] = whole("Twitches", 0, 50, required=False, initial=item.twitches)
        return boxes

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        for row in self.rows:
            if version is not None and self.is_touched(row):
                version = self.mark(row, row.item.outcome, plan=plan, version=version, by=by)
        return version

    def mark(self, row, outcome, *, plan, version, by):
        """The outcome together with what was typed for the row."""
        return self.tried(
            charting.mark,
            plan=plan,
            version=version,
            item=row.item,
            outcome=outcome,
            changes=self.typed(row) if row in self.rows else {},
            by=by,
            at=lambda name: f"{name}-{row.key}",
        )


class TimesForm(Typed):
    """The stamped times, put right when Start was pressed late: wall-clock time at the location, on the visit's day."""

    times = {
        "required": False,
        "widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        "error_messages": {"invalid": "Write the time as 09:05."},
    }
    needles_in_at = forms.TimeField(label="Needles in", **times)
    needles_out_at = forms.TimeField(label="Needles out", **times)

    def __init__(self, data=None, *, plan=None):
        self.plan = plan
        super().__init__(data, initial={name: self.stamped(name) for name in self.base_fields} if plan else {})

    def stamped(self, name):
        at = getattr(self.plan, name)
        return at and at.astimezone(self.plan.appointment.zone).time().replace(second=0, microsecond=0)

    def moment(self, name):
        """A time that was not touched keeps its seconds."""
        typed, zone = self.cleaned_data[name], self.plan.appointment.zone
        if typed == self.stamped(name):
            return getattr(self.plan, name)
        day = self.plan.appointment.starts_at.astimezone(zone).date()
        return typed and datetime.combine(day, typed, tzinfo=zone)

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        moments = {name: self.moment(name) for name in self.fields}
        if all(moments[name] == getattr(self.plan, name) for name in moments):
            return version
        return self.tried(charting.set_times, plan=plan, version=version, by=by, **moments)


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
            charting.report_missing,
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
            charting.report,
            plan=plan,
            version=version,
            code=self.cleaned_data["incident_code"],
            severity=self.cleaned_data["incident_severity"],
            detail=self.cleaned_data["incident_detail"],
            item=row and row.item,
            by=by,
            at=lambda name: f"incident_{name}",
        )
