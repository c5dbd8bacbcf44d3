"""What a practitioner puts on record about somebody's health."""

from datetime import timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils import timezone

from clinic.errors import ClinicError
from patients import recording
from patients.models import HealthCode, LimbRegion

from .fields import DayField, OneLine

OF_A_LIMB = {HealthCode.LYMPHOEDEMA, HealthCode.OTHER_IMPLANT, HealthCode.MYOFASCIAL_PAIN}
AHEAD = timedelta(weeks=42)
OVERDUE = timedelta(weeks=3)


class FactForm(forms.Form):
    code = forms.ChoiceField(
        label="What",
        choices=[("", "Choose"), *HealthCode.choices],
        error_messages={"required": "Choose what it is.", "invalid_choice": "Choose one from the list."},
    )
    region = forms.ChoiceField(label="Limb", choices=[("", "None"), *LimbRegion.choices], required=False)
    since = DayField(required=False)
    until = DayField(required=False, help_text="The last day it holds. Empty: it still does.")
    due_date = DayField(label="Due date", required=False, help_text="Of a pregnancy.")
    detail = OneLine(max_length=300, required=False, help_text="Such as the drug and its dose.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.attrs = {"novalidate": "", "data-draft": "", "id": "add-fact"}
        self.helper.layout = Layout(
            "code",
            "detail",
            Div("region", "since", "until", "due_date", css_class="form-grid"),
            Div(Submit("add", "Put on record"), css_class="form-acts"),
        )

    def clean_since(self):
        if (since := self.cleaned_data["since"]) and since > timezone.localdate():
            raise forms.ValidationError("This day is in the future. Put it on record when it has come.")
        return since

    def clean(self):
        told = super().clean()
        self.check_region(told.get("code"), told.get("region"))
        self.check_due(told.get("code"), told.get("due_date"), told.get("until"))
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            self.add_error("until", "This is before the day it began.")
        return told

    def check_region(self, code, region):
        if code == HealthCode.LYMPHOEDEMA and not region:
            self.add_error("region", "Say which limb.")
        if code and region and code not in OF_A_LIMB:
            self.add_error("region", "A limb is said for lymphoedema, an implant and myofascial pain only.")

    def check_due(self, code, due, until):
        today = timezone.localdate()
        if due and code != HealthCode.PREGNANCY:
            self.add_error("due_date", "Only a pregnancy has a due date.")
        elif due and not until and not today - OVERDUE <= due <= today + AHEAD:
            self.add_error("due_date", "A due date lies within 42 weeks from today. Check the year.")

    def record(self, *, patient, by):
        """The fact, or None with the refusal at its field."""
        try:
            return recording.record(patient=patient, by=by, **self.cleaned_data)
        except ClinicError as refusal:
            self.add_error(refusal.field, str(refusal))
            return None


class EndForm(forms.Form):
    until = DayField(label="Last day it held", required_message="Write the last day it held.")

    def clean_until(self):
        if (until := self.cleaned_data["until"]) > timezone.localdate():
            raise forms.ValidationError("This day is in the future. End it when it has come.")
        return until

    def end(self, *, fact, by):
        """True, or False with the refusal at its field."""
        try:
            recording.end(fact=fact, by=by, **self.cleaned_data)
        except ClinicError as refusal:
            self.add_error(refusal.field, str(refusal))
        return not self.errors
