"""Small forms of one kind, one below the other: `stage-0-name`, `stage-1-name` and so on; the numbers are their order.

A row is added, moved or taken away by a button that sends the page with `act`; all that was typed comes back as it
was, unchecked and unsaved. So the pages work without script; with it, htmx swaps the rows.
"""

import re

from django import forms

from clinic.practice.writing import differences, digest


class Rows:
    def __init__(self, row, prefix, *, data=None, initial=(), at=None):
        """`row` makes one form from what a form takes: (data, prefix=, initial=). The page opens in row number `at`."""
        self.row = row
        self.prefix = prefix
        self.problem = ""  # of the rows together
        if data is None:
            self.forms = [row(prefix=f"{prefix}-{n}", initial=values) for n, values in enumerate(initial)]
        else:
            self.forms = [row(data, prefix=f"{prefix}-{n}") for n in numbers(prefix, data)]
        if at is not None and self.forms:
            next(iter(self.forms[at].fields.values())).widget.attrs["autofocus"] = True

    def __iter__(self):
        return iter(self.forms)

    def __len__(self):
        return len(self.forms)

    def is_valid(self):
        """All are looked at, so that every error shows at once."""
        wrong = [form for form in self.forms if not form.is_valid()]
        return not wrong and not self.problem

    @property
    def values(self):
        return [form.cleaned_data for form in self.forms]

    @property
    def sound(self):
        """The values of those rows that have no error, for a drawing of what is half typed."""
        forms = [form if form.is_bound else self.row(sent(form), prefix=form.prefix) for form in self.forms]
        return [form.cleaned_data for form in forms if form.is_valid()]

    @property
    def typed(self):
        return [typed(form) for form in self.forms]

    def problems(self, word):
        """Yield (id of the field or "", sentence) for everything that is wrong."""
        if self.problem:
            yield f"{self.prefix}s", self.problem
        for number, form in enumerate(self.forms, 1):
            for field in form:
                yield from ((field.id_for_label, f"{word} {number}: {error}") for error in field.errors)


def numbers(prefix, data):
    pattern = re.compile(rf"{prefix}-(\d{{1,4}})-\w+", re.ASCII)
    return sorted({int(match[1]) for match in map(pattern.fullmatch, data) if match})


def typed(form):
    """What was sent, unchecked, as another form's `initial`."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def sent(form):
    """A form as its page would send it."""
    held = {field.html_name: field.value() for field in form}
    return {name: value for name, value in held.items() if value is not None and value is not False}


def target(field):
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


class FormWithRows(forms.Form):
    """A page of which rows (`self.rows`) are a part. Two managers who save at once are both shown."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    word = "Row"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.status = 200
        self.clashes = []  # (label, theirs, mine), after somebody else saved

    def problem_of_rows(self):
        """What is wrong with the rows together, each of them being sound; empty if nothing is."""
        return ""

    def is_valid(self):
        if self.rows.is_valid():
            self.rows.problem = self.problem_of_rows()
        return super().is_valid() and self.rows.is_valid()

    def show(self, refusal, mine):
        """What stands now beside what was typed; whoever saves again has seen both."""
        self.status = refusal.status
        self.clashes = differences(refusal.theirs, mine)
        self.data = self.data.copy()
        self.data["seen"] = digest(refusal.theirs)

    def problems(self):
        """[(id of the field or "", sentence)] for the summary on top."""
        found = [(target(field), error) for field in self for error in field.errors]
        return [*found, *self.rows.problems(self.word)]


def rearranged(rows, act, following):
    """The rows after the button `act` ("add", "remove-2", "up-2", "down-2") was pressed, and the number of the row to
    go to, counted from nought; None if there is none. `following(rows)` is a new row below the others."""
    verb, at = parted(act, len(rows))
    if verb == "add":
        return [*rows, following(rows)], len(rows)
    if verb == "remove" and at is not None:
        return rows[:at] + rows[at + 1 :], max(0, min(at, len(rows) - 2))
    to = {"up": -1, "down": 1}.get(verb, 0) + at if at is not None else -1
    if 0 <= to < len(rows):
        rows = list(rows)
        rows[at], rows[to] = rows[to], rows[at]
        return rows, to
    return rows, None


def parted(act, count):
    """("up", 2) from "up-2"; the number is None unless there is such a row."""
    verb, _, number = act.partition("-")
    known = re.fullmatch(r"\d{1,4}", number, re.ASCII) and int(number) < count
    return verb, int(number) if known else None
