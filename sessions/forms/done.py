"""What was done: row by row, and when."""

from datetime import UTC, datetime

from django import forms

from sessions import charting, estim, timing
from sessions.models import CupMark, Outcome

from .fields import choice, decimal, text, whole
from .typed import RowsForm, Typed

FELT = ["ache", "heaviness", "fullness", "spreading", "tingling", "warmth", "electric", "sharp", "nothing felt"]
FELT_OF_CURRENT = ["just felt", "clear tapping", "visible twitch", "strong", "prickling", "nothing felt"]


def needle():
    return {"sensation": words_or("Sensation felt", FELT)}


def circuit():
    current, strength = (estim.parameters()[name] for name in ("done_ma", "strength"))
    return {
        "done_ma": told(decimal("Current reached", 0, 10, "mA", required=False), current),
        "tolerated_ma": decimal("Current tolerated", 0, 10, "mA", required=False),
        "done_dial": text("Dial", 20, required=False),
        "done_strength": told(whole("Strength felt, 0 to 10", 0, 10, required=False), strength),
        "sensation": words_or("Sensation", FELT_OF_CURRENT),
    }


def target():
    twitches = whole("Twitches", 0, 50, required=False)
    twitches.help_text = "0: none seen"
    return {
        "twitches": twitches,
        "soreness_told": forms.BooleanField(label="Told about soreness", required=False),
    }


def cup():
    marks = [("", "Not looked at"), *CupMark.choices]
    return {
        "marks_before": choice("Marks before", marks, required=False),
        "marks_after": choice("Marks after", marks, required=False),
    }


MEASURED = {"needle": needle, "circuit": circuit, "target": target, "cup": cup}


def words_or(label, usual):
    """A line to write in, with the usual words to choose from."""
    field = text(label, 200, required=False)
    field.usual = usual
    return field


def told(field, parameter):
    """A field that says from where on caution is due."""
    if parameter.cautious_above is not None:
        field.help_text = f"caution {parameter.warns}"
    return field


class DoneForm(RowsForm):
    """What was different in each row, and what only the treatment showed: current, sensation, twitches, marks."""

    name = "done"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pressed = {}

    def boxes(self, row):
        boxes = MEASURED.get(row.kind, dict)()
        boxes = {"done_note": text("What was different", 500, required=False)} | boxes
        for name, field in boxes.items():
            field.initial = getattr(row.item, name)
        return boxes

    def press(self, row, outcome):
        """A button says what became of a row: it is kept together with what was typed for it."""
        self.pressed[row.key] = outcome

    def changes(self, row):
        """Who writes what was different into a row that nobody marked need not press a button as well."""
        changes = super().changes(row)
        if row.key in self.pressed:
            return changes | {"outcome": self.pressed[row.key]}
        if changes.get("done_note") and row.item.outcome == Outcome.PENDING:
            return changes | {"outcome": Outcome.CHANGED}
        return changes

    def seen(self):
        return [*super().seen(), *((f"seen_outcome-{row.key}", row.item.outcome) for row in self.rows)]

    def before(self, name):
        """Whoever has what was different in the box has seen that the row was changed."""
        if name in self.fields:
            return super().before(name)
        item = next(row.item for row in self.rows if name == f"outcome-{row.key}")
        if item.done_note and self.data.get(name.replace("outcome", "done_note", 1)) == item.done_note:
            return item.outcome
        return self.data.get(f"seen_{name}", Outcome.PENDING)

    def write(self, row, changes, **now):
        def verb(*, fields, seen, **now):
            return charting.mark(item=row.item, changes=fields, seen=seen, **now)

        return self.compared(verb, changes, at=lambda name: f"{name}-{row.key}", **now)


class TimesForm(Typed):
    """The stamped times, put right when a button was pressed late: wall-clock times at the location, on the day."""

    times = {
        "required": False,
        "widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        "error_messages": {"invalid": "Write the time as 09:05."},
    }
    needles_in_at = forms.TimeField(label="Needles in", **times)
    current_on_at = forms.TimeField(label="Current on", **times)
    current_off_at = forms.TimeField(label="Current off", **times)
    needles_out_at = forms.TimeField(label="Needles out", **times)

    def __init__(self, data=None, *, plan=None, has_current=True):
        self.plan = plan
        super().__init__(data, initial={name: self.stamped(name) for name in self.base_fields} if plan else {})
        if plan is None:
            self.fields.clear()
        elif not has_current:
            del self.fields["current_on_at"], self.fields["current_off_at"]

    def stamped(self, name):
        at = getattr(self.plan, name)
        return at and at.astimezone(self.plan.appointment.zone).time().replace(second=0, microsecond=0)

    def clean(self):
        super().clean()
        for name in self.fields:
            if self.is_fit(name) and not exists(self.moment(self.cleaned_data[name])):
                self.add_error(name, "The clocks went forward and skipped that time. Write another one.")

    def moment(self, typed):
        zone = self.plan.appointment.zone
        day = self.plan.appointment.starts_at.astimezone(zone).date()
        return typed and datetime.combine(day, typed, tzinfo=zone)

    def before(self, name):
        return self.moment(super().before(name))

    @property
    def is_wrong(self):
        return not self.clashes.issuperset(self.errors)

    def save(self, *, plan, version, by):
        """A time that was not touched keeps its seconds, and whatever somebody else stamped meanwhile."""
        self.full_clean()
        moments = {} if self.is_wrong else {name: self.moment(typed) for name, typed in self.written().items()}
        self.reached = self.compared(timing.set_times, moments, plan=plan, version=version, by=by) or version
        return None if self.errors or self.refusal else self.reached

    def unsaved(self):
        """Times have an order: with one that is wrong none is kept."""
        return set(self.fields) if self.is_wrong or self.refusal else set(self.clashes)


def exists(moment):
    """Does the location's clock ever show it? In spring it skips an hour."""
    return moment is None or moment.astimezone(UTC).astimezone(moment.tzinfo).time() == moment.time()
