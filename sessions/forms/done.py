"""What was done: row by row, and when."""

from datetime import datetime

from django import forms

from sessions import charting, timing

from .fields import decimal, text, whole
from .typed import RowsForm, Typed


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
        return self.tried(timing.set_times, plan=plan, version=version, by=by, **moments)
