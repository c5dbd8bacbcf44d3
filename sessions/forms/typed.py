"""What the forms of the chart share. One HTML form holds them all, so that whichever button is pressed, nothing typed
is left behind; each finds out what was changed and hands only that to its verb.
"""

from hashlib import sha256

from django import forms

from clinic.errors import ClinicError
from sessions.refusals import PlanChanged

from .plan import UNPROCESSABLE


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
