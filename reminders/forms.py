"""Forms of this room. Their verbs are in reminders/handling.py and scheduling/booking.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

REASON_LENGTH = 300


class CancelForm(forms.Form):
    """A patient cancels; the words come in the patient's language."""

    reason = forms.CharField(
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON_LENGTH}),
    )

    def __init__(self, *args, say, **kwargs):
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.label, reason.help_text = say["reason"], say["reason_help"]
        reason.error_messages |= {"max_length": say["too_long"]}


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
