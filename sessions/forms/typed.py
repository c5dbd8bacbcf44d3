"""What the forms of the chart share. One HTML form holds them all, so that whichever button is pressed, nothing typed
is left behind. Each box is compared by itself with what the person saw in it (`seen_…`): who did not touch a box does
not write it, two people in different boxes never meet, and in the same box the second sees both texts and chooses.
"""

from datetime import time

from django import forms

from clinic.errors import ClinicError
from sessions.refusals import FieldChanged, PlanChanged

from .plan import UNPROCESSABLE

UNDECIDED = "Both of you wrote here. Choose one."


class Typed(forms.Form):
    """A part of the chart. `save` returns the version to compare next, or None if the form or its verb refused."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.status, self.refusal, self.is_clash = UNPROCESSABLE, "", False
        self.clashes, self.reached = set(), 0  # `reached`: the version after what could be kept

    def __getitem__(self, name):
        """A field knows what somebody else wrote into it meanwhile, if that is to be decided."""
        field = super().__getitem__(name)
        field.theirs = self.standing(name) if name in self.clashes else None
        return field

    def standing(self, name):
        """What stands in the box, as it would be typed."""
        return as_typed(self.get_initial_for_field(self.fields[name], name))

    def seen(self):
        """(name, value) of the hidden fields: what the person sees on this page."""
        return [(f"seen_{name}", self.standing(name)) for name in self.fields]

    def is_touched(self, name):
        """Was it sent, and is it not what the person saw? A tick that was taken away is not sent."""
        omitted = self.fields[name].widget.value_omitted_from_data(self.data, self.files, name)
        if omitted or (name not in self.data and f"seen_{name}" not in self.data):
            return False
        return one_line_ends(self.data.get(name, "")) != one_line_ends(self.data.get(f"seen_{name}", ""))

    def before(self, name):
        """What the person saw, as the field's own kind of value.

        Of several it is the one that stands: a page also names what it sent without hearing whether that arrived.
        """
        told = [one_line_ends(text) for text in self.data.getlist(f"seen_{name}")] or [""]
        stands = one_line_ends(self.standing(name))
        try:
            return self.fields[name].clean(stands if stands in told else told[-1])
        except forms.ValidationError:
            return None

    def clean(self):
        """Where both wrote, no button decides by the way."""
        for name in self.data.getlist("clash") if hasattr(self.data, "getlist") else ():
            if name in self.fields and self.is_touched(name):
                self.clash(name, UNDECIDED)

    def clash(self, name, sentence):
        self.clashes.add(name)
        self.status = FieldChanged.status
        self.add_error(name, sentence)

    def written(self):
        """{name: value} of the boxes that the person changed and that can be kept as they are."""
        return {name: self.cleaned_data[name] for name in self.fields if self.is_fit(name)}

    def is_fit(self, name):
        return name in self.cleaned_data and name not in self.errors and self.is_touched(name)

    def compared(self, verb, fields, *, version, at=str, **kwargs):
        """Carry out `verb` with those `fields` that nobody else has changed since the person saw them; the others are
        marked. `at` gives this form's box for a field of the verb's."""
        while fields:
            seen = {name: self.before(at(name)) for name in fields}
            try:
                return following(verb(version=None, fields=fields, seen=seen, **kwargs), version)
            except FieldChanged as refusal:
                if at(refusal.field) not in self.fields:
                    self.refuse(refusal, at(refusal.field))
                    return None
                self.clash(at(refusal.field), str(refusal))
                fields = {name: value for name, value in fields.items() if at(name) != at(refusal.field)}
            except ClinicError as refusal:
                self.refuse(refusal, at(refusal.field))
                return None
        return version

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

    def unsaved(self):
        """The names of boxes that are not kept as they were sent."""
        return set(self.fields) if self.refusal else set(self.errors)

    def again(self, **current):
        """This form with its errors over the plan as it is now: what the person typed stays, the rest is brought up."""
        form = type(self)(**current)
        form.data, form.is_bound, form._errors = self.brought_up(form), True, self.errors
        form.clashes = self.clashes & set(form.fields)
        return form

    def brought_up(self, current):
        data = self.data.copy()
        for name in current.fields:
            if name not in self.fields or not self.is_touched(name):
                data[name] = current.standing(name)
        return data


class RowsForm(Typed):
    """Boxes for rows of the plan. A row is kept as a whole or not at all: its numbers belong together."""

    name = ""

    def __init__(self, data=None, *, rows=()):
        super().__init__(data)
        self.rows = rows
        for row in rows:
            self.fields |= {f"{name}-{row.key}": field for name, field in self.boxes(row).items()}

    def boxes(self, row):
        """{name: field} of a row; the initial values are what stands there."""
        raise NotImplementedError

    def of_row(self, row):
        """{name: name of the box} of a row."""
        return {name: f"{name}-{row.key}" for name in self.boxes(row)}

    def changes(self, row):
        """{name: value} of the row's boxes that the person changed."""
        return {name: self.cleaned_data[box] for name, box in self.of_row(row).items() if self.is_fit(box)}

    def is_wrong(self, row):
        return any(box in self.errors and box not in self.clashes for box in self.of_row(row).values())

    def save(self, *, plan, version, by):
        self.full_clean()
        for row in self.rows:
            if not self.is_wrong(row) and (changes := self.changes(row)):
                version = self.write(row, changes, plan=plan, version=version, by=by) or version
        self.reached = version
        return None if self.errors or self.refusal else version

    def write(self, row, changes, *, plan, version, by):
        raise NotImplementedError

    def unsaved(self):
        """With a box that is wrong its whole row stays as it was."""
        wrong = super().unsaved() - self.clashes
        return self.clashes.union(*(boxes for boxes in self.rows_of_boxes() if boxes & wrong))

    def rows_of_boxes(self):
        return [set(self.of_row(row).values()) for row in self.rows]


def following(plan, version):
    """If somebody else changed the plan before us, the old version stays, and the next verb says so."""
    return plan.version if plan.version == version + 1 else version


def decided(data):
    """What was posted, once [Keep mine] or [Take theirs] was pressed at one of the fields."""
    data, name = data.copy(), data.get("keep") or data.get("take")
    data.setlist("clash", [other for other in data.getlist("clash") if other != name])
    if "take" in data:
        data.setlist(name, data.getlist(f"seen_{name}"))
    return data


def as_typed(value):
    if value is True:
        return "on"
    if value is None or value is False:
        return ""
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def one_line_ends(text):
    """Browsers end lines in their own way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
