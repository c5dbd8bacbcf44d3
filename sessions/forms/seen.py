"""A form over a row that two people may have open at once.

Beside each field goes what the person saw in it (`seen_…`): who did not touch a field does not write it, two people in
different fields never meet, and in the same field the second sees both values and chooses. `typed` does the same for
the boxes of the chart.
"""

from sessions.refusals import FieldChanged

from .plan import Change
from .typed import UNDECIDED, as_typed


class Seen(Change):
    """With an `item` what was typed is compared with what the person saw, without one the form makes a new row."""

    item = None
    boxes = {}  # {column: field} where they differ

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.clashes = set()

    def standing(self, name):
        """What stands in a field now, as a browser would send it."""
        value = self.get_initial_for_field(self.fields[name], name)
        return [as_typed(one) for one in (value if isinstance(value, (list, tuple)) else [value])]

    @property
    def hidden(self):
        """(name, value) of the hidden fields that say what the person sees here."""
        names = [name for name in self.fields if name != "version"] if self.item else []
        return [(f"seen_{name}", value) for name in names for value in self.standing(name)]

    def sent(self, name):
        return [value.strip() for value in self.data.getlist(name) if value.strip()]

    def is_touched(self, name):
        """Is it not what the person saw? A field that says nothing in the chosen mode is not sent, and so emptied."""
        return name != "version" and self.sent(name) != self.sent(f"seen_{name}")

    def seen(self):
        """The values that the person saw, read as this form reads them."""
        data = self.data.copy()
        for name in self.fields:
            data.setlist(name, self.data.getlist(f"seen_{name}"))
        form = type(self)(data, item=self.item, around=self.around)
        form.full_clean()
        return form.values()

    def clean(self):
        """Where both wrote, no other button decides by the way."""
        cleaned = super().clean()
        for name in self.data.getlist("clash") if self.item else ():
            if name in self.fields and self.is_touched(name):
                self.clash(name, UNDECIDED)
        return cleaned

    def clash(self, name, sentence):
        self.clashes.add(name)
        self.status = FieldChanged.status
        if not self.has_error(name):
            self.add_error(name, sentence)

    def save(self, *, plan, by):
        """A row of which nothing was changed stays as it is."""
        if self.item and self.is_valid() and not self.changes():
            return plan
        return super().save(plan=plan, by=by)

    def changes(self):
        """{column: value} of what the person changed; the columns of one field go together."""
        seen, now = self.seen(), self.values()
        changed = {self.box(name) for name, value in now.items() if name not in seen or value != seen[name]}
        return {name: value for name, value in now.items() if self.box(name) in changed}

    def box(self, column):
        return self.boxes.get(column, column)

    def refuse(self, refusal):
        """Every field in which somebody was faster is marked."""
        if not isinstance(refusal, FieldChanged):
            return super().refuse(refusal)
        for column, sentence in refusal.told.items():
            self.clash(self.box(column), sentence)
        return None

    def again(self, *, item, around):
        """This form over the row as it is now: what the person changed stays, the rest is brought up."""
        form = type(self)(self.data.copy(), item=item, around=around)
        for name in form.fields:
            if not self.is_touched(name):
                form.data.setlist(name, form.standing(name))
        form._errors, form.cleaned_data, form.clashes = self.errors, {}, self.clashes & set(form.fields)
        return form

    @property
    def undecided(self):
        """(field, what the person typed, what stands there) wherever they have to choose."""
        said = {name: [self.said(name, values(name)) for values in (self.sent, self.standing)] for name in self.clashes}
        return [(self[name], *said[name]) for name in self.fields if name in said]

    def said(self, name, values):
        words = {str(value): label for value, label in getattr(self.fields[name], "choices", ())}
        return ", ".join(str(words.get(value, value)) for value in values if value) or "(empty)"

    @property
    def told(self):
        """What the person changed, in words, for when there is no row any more to show it in."""
        names = [name for name in self.fields if self.is_touched(name)]
        return ", ".join(f"{self.fields[name].label}: {self.said(name, self.sent(name))}" for name in names)
