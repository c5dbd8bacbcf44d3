"""Forms of the front desk's side. Their verbs are in reminders/handling.py; patients' are in patient_forms.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms


class ResendForm(forms.Form):
    to = forms.EmailField(
        label="E-mail address",
        error_messages={"invalid": "Write an address like ana@example.com."},
        help_text="A corrected address is kept as the patient's own.",
    )

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("to", Submit("resend", "Send again", data_key="r"))
        return helper
