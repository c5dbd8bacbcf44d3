"""What the front desk fills in about an address that is somebody else's. The verb is in correcting.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms

from reminders.forms import AddressForm

ACTS = """<div class="cluster"><button type="submit" class="btn">Correct the address</button>
<button type="submit" class="btn btn-quiet" name="off" value="1" formnovalidate>Take the address off the record</button>
</div><p class="small soft mt-2 mb-0">Without an address {{ answer.patient.given_name }} is called instead.</p>"""
NOT_THERE = "Somebody who was ticked has another address by now. Look again at who has this one."


class CorrectionForm(AddressForm):
    """The right address of the patient, or that nobody knows it; and who goes along of `others`, who have it too."""

    also = forms.TypedMultipleChoiceField(
        label="Who else has this address",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Whoever is not ticked stays at the address as it is, and is written to there again.",
        error_messages={"invalid_choice": NOT_THERE},
    )

    def __init__(self, data=None, *, answer, others):
        super().__init__(data, answer=answer)
        self.others = others
        self.fields["also"].choices = [
            (patient.pk, f"also: {patient.name} (#{patient.chart_number})") for patient in others
        ]
        self.fields["to"].required = not self.takes_off

    @property
    def takes_off(self):
        return "off" in self.data

    def clean(self):
        cleaned = super().clean()
        if self.takes_off:
            self.errors.pop("to", None)  # what stood in the box is not asked for
            cleaned["to"] = ""
        return cleaned

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("to", *(["also"] if self.others else []), Div(HTML(ACTS)))
        return helper
