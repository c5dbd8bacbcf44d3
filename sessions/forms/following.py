"""How somebody is after an incident, when asked again."""

from django import forms

from clinic.errors import ClinicError
from sessions import following_up
from sessions.models import Progress

from .fields import choice, day, text
from .plan import UNPROCESSABLE


class FollowUpForm(forms.Form):
    status = UNPROCESSABLE
    progress = choice("How it is", [("", "Choose"), *Progress.choices])
    text = text("What was said", 5_000, rows=3, required=False)
    next_on = day("Ask again on", required=False, help_text="Empty: not again.")

    def save(self, *, event, by):
        """The FollowUp, or None if it was refused."""
        if not self.is_valid():
            return None
        try:
            return following_up.follow_up(event=event, by=by, **self.cleaned_data)
        except ClinicError as refusal:
            self.status = refusal.status
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
            return None
