"""Why a visit is cancelled: one line, from a page that holds other things too."""

from django import forms

from clinic.errors import ClinicError
from scheduling.forms.fields import LONGEST


class CancelForm(forms.Form):
    reason = forms.CharField(required=False, max_length=LONGEST)

    def reason_given(self):
        """Raises a refusal, because this form has no page of its own."""
        if not self.is_valid():
            raise ClinicError("A reason has at most 300 letters. The visit is not cancelled.")
        return self.cleaned_data["reason"]
