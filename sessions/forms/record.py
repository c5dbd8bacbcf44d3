"""The form of the record: what is learnt later is added, nothing is changed."""

from django import forms

from clinic.errors import ClinicError
from sessions import signing

from .fields import text
from .plan import UNPROCESSABLE


class AmendmentForm(forms.Form):
    text = text("Add to this record", 20_000, rows=3, error_messages={"required": "Write what is to be added."})
    status = UNPROCESSABLE

    def save(self, *, record, by):
        """The amendment, or None if it was refused."""
        if not self.is_valid():
            return None
        try:
            return signing.amend(record=record, text=self.cleaned_data["text"], by=by)
        except ClinicError as refusal:
            self.add_error("text", str(refusal))
            return None
