"""The notes of a session."""

from django import forms

from sessions import charting

from .fields import choice, text
from .typed import Typed, one_line_ends

PAIN = {str(number): number for number in range(11)}


class NotesForm(Typed):
    """What was said, seen and felt."""

    history = text("Since last time", 20_000, rows=3, required=False)
    pain_before = choice("Pain before", PAIN.items(), required=False, widget=forms.RadioSelect)
    tongue = text("Tongue", 500, required=False)
    pulse = text("Pulse", 500, required=False)
    palpation = text("Palpation", 20_000, rows=2, required=False)
    response = text("Response", 20_000, rows=3, required=False)
    pain_after = choice("Pain after", PAIN.items(), required=False, widget=forms.RadioSelect)
    advice = text("Advice", 20_000, rows=2, required=False)

    def __init__(self, data=None, *, note=None):
        super().__init__(data, initial={name: getattr(note, name, None) for name in self.base_fields})
        for name in ("pain_before", "pain_after"):
            self.fields[name].error_messages["invalid_choice"] = "Choose a number from 0 to 10."

    def before(self, name):
        return plain(name, super().before(name))

    def save(self, *, plan, version, by):
        self.full_clean()
        fields = {name: plain(name, value) for name, value in self.written().items()}
        self.reached = self.compared(charting.note, fields, plan=plan, version=version, by=by) or version
        return None if self.errors or self.refusal else self.reached


def plain(name, value):
    """A pain is a number, or None while nobody asked."""
    return PAIN.get(value) if name.startswith("pain_") else one_line_ends(value or "")
