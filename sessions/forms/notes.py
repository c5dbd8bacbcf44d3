"""The notes of a session."""

from django import forms

from sessions import charting

from .fields import choice, text
from .typed import Typed

PAIN = {str(number): number for number in range(11)}


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
