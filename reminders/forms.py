"""Forms of the front desk. Their verbs are in handling.py, looking_after.py and by_hand.py."""

from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Submit
from django import forms
from django.utils import timezone

from clinic.models import Location
from clinic.practice.forms.fields import AddressField
from patients.forms.fields import OneLine
from patients.models import Language
from reminders import by_hand, copies, proofreading
from reminders.wording import SUBJECT_LENGTH
from scheduling.errors import SentTwice
from scheduling.forms.fields import Choice, KeyField

TEXT_LENGTH = 3000


class ResendForm(forms.Form):
    to = AddressField(help_text="A corrected address is kept as the patient's own.")
    seen = forms.CharField(max_length=254, required=False, widget=forms.HiddenInput)
    reader = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def about(cls, message):
        """With the address that the patient has by now, which may have been corrected on their page; or whoever else is
        left of those it tells of."""
        reader = message.patient and copies.reader(message, timezone.now())
        present = reader.email if reader else ""
        form = cls(initial={"to": present or message.to, "seen": present, "reader": reader and reader.pk})
        if reader != message.patient:
            form.fields["to"].label = f"E-mail address of {reader}"
        return form

    @classmethod
    def moved(cls, refusal):
        """With the address that the patient has got meanwhile, and why nothing was sent."""
        form = cls({"to": refusal.present, "seen": refusal.present})
        form.add_error(None, str(refusal))
        return form

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("to", "seen", "reader", Submit("resend", "Send again", data_key="r"))
        return helper


class AddressForm(forms.Form):
    """The right address of a patient whose mail somebody else gets."""

    to = AddressField()

    def __init__(self, data=None, *, answer):
        self.answer = answer
        super().__init__(data, auto_id=f"id_{answer.pk}_%s")

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("to", HTML('<button type="submit" class="btn">Correct the address</button>'))
        return helper


class Words(forms.CharField):
    """A browser sends two characters for a line break, and counts one."""

    def to_python(self, value):
        return super().to_python(value and value.replace("\r\n", "\n"))


class LetterForm(forms.Form):
    """What somebody writes to one patient, in their own words."""

    place = Choice(Location.objects.active(), "place", label="From")
    language = forms.ChoiceField(
        choices=Language.choices, help_text="Of the greeting and the closing. Write in it, too."
    )
    subject = OneLine(
        max_length=SUBJECT_LENGTH,
        error_messages={
            "required": "Write what it is about, in a few words.",
            "max_length": "A subject has at most %(limit_value)d letters. This one has %(show_value)d.",
        },
    )
    text = Words(
        label="Your words",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="No health matters: e-mail can be read by others.",
        error_messages={
            "required": "Write something.",
            "max_length": "A message has at most %(limit_value)d letters. This one has %(show_value)d.",
        },
    )
    request_key = KeyField()

    def __init__(self, data=None, *, patient, initial=None):
        self.patient = patient
        first = {"place": by_hand.place_of(patient), "language": patient.language, "request_key": uuid4()}
        super().__init__(data, initial={**first, **(initial or {})})

    @classmethod
    def started(cls, data, *, patient):
        """With a ready text, in the language that was chosen, below what was typed: nothing of that is lost."""
        language = data.get("language") if data.get("language") in Language.values else patient.language
        name = data["start"] if data["start"] in by_hand.Ready.values else by_hand.Ready.CALL_US
        subject, text = by_hand.beside(data.get("subject", ""), data.get("text", ""), by_hand.ready(name, language))
        place = (
            Location.objects.active().filter(pk=data["place"]).first() if data.get("place", "").isdecimal() else None
        )
        initial = {"language": language, "subject": subject, "text": text}
        return cls(patient=patient, initial=initial | ({"place": place} if place else {}))

    def clean_subject(self):
        if refusal := proofreading.tells_too_much(self.cleaned_data["subject"]):
            raise forms.ValidationError(refusal)
        return self.cleaned_data["subject"]

    @property
    def draft(self):
        cleaned = self.cleaned_data
        return by_hand.Draft(self.patient, *(cleaned[name] for name in ("place", "language", "subject", "text")))

    def write(self, *, by):
        """The message, or None: then an error says why not."""
        try:
            return by_hand.write(draft=self.draft, request_key=self.cleaned_data["request_key"] or uuid4(), by=by)
        except SentTwice as refusal:
            self.data = {**self.data.dict(), "request_key": uuid4()}  # so that the next press sends these words
            self.add_error(None, str(refusal))
        except by_hand.NotWritten as refusal:
            self.add_error(None, str(refusal))

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(Div("place", "language", css_class="form-grid"), READY, "subject", "text", "request_key")
        return helper


READY = HTML("{% include 'reminders/_ready.html' %}")
