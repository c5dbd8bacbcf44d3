"""What the front desk types about a person."""

import json
import uuid
from datetime import date

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout, Submit
from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from clinic.models.places import validate_zone
from clinic.practice.forms.fields import AddressField
from patients import editing, registering
from patients.errors import ChangedMeanwhile, LooksLike
from patients.models import Language

from .fields import STALE, DayField, NameField, OneLine, PhoneField

OLDEST = date(1880, 1, 1)
ANYWAY = '{% if form.lookalikes %}<button class="btn" name="anyway" value="1">Register anyway</button>{% endif %}'
BACK = '<a class="btn" href="{{ back }}">Back</a>'


class DetailsForm(forms.Form):
    """The details of a person. Three of them are enough to register somebody."""

    given_name = NameField(error_messages={"required": "Write the given name."})
    family_name = NameField(error_messages={"required": "Write the family name."})
    birth_date = DayField(label="Birth date", required_message="Write the birth date.")
    phone = PhoneField(max_length=40, required=False)
    email = AddressField(label="E-mail", required=False)
    language = forms.ChoiceField(choices=Language.choices, initial=Language.ENGLISH)
    wants_reminders = forms.BooleanField(label="Send reminders by e-mail", required=False, initial=True)
    interpreter = forms.BooleanField(label="Needs an interpreter", required=False)
    wheelchair = forms.BooleanField(label="Uses a wheelchair", required=False)
    pronouns = OneLine(max_length=40, required=False)
    guardian = OneLine(max_length=120, required=False, help_text="Who decides for a minor.")
    address = OneLine(max_length=200, required=False)
    zone_name = OneLine(
        label="Time zone", max_length=60, required=False, help_text="Only if abroad, such as America/Denver."
    )
    desk_note = OneLine(
        label="Note for the front desk", max_length=300, required=False, help_text="Nothing about health."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.attrs = {"data-draft": "", "autocomplete": "off", "novalidate": ""}
        self.helper.layout = self.layout()

    def clean_birth_date(self):
        born = self.cleaned_data["birth_date"]
        if born > timezone.localdate():
            raise forms.ValidationError("Birth date is in the future. Check the year.")
        if born < OLDEST:
            raise forms.ValidationError("Birth date is before 1880. Check the year.")
        return born

    def clean_zone_name(self):
        if zone := self.cleaned_data["zone_name"]:
            validate_zone(zone)
        return zone

    def details(self):
        """The columns of the person, without what only the form needs."""
        return {name: self.cleaned_data[name] for name in DetailsForm.base_fields}

    def layout(self):
        return Layout(
            Div("given_name", "family_name", "birth_date", "phone", css_class="form-grid"),
            Fieldset("Writing to them", Div("email", "language", css_class="form-grid"), "wants_reminders"),
            Fieldset(
                "When they come",
                Div("interpreter", "wheelchair", css_class="cluster cluster--wide"),
                Div("pronouns", "guardian", "address", "zone_name", css_class="form-grid"),
                "desk_note",
            ),
        )


class RegisterForm(DetailsForm):
    request_key = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, error_messages={"required": STALE, "invalid": STALE}
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, *args, **kwargs):
        self.lookalikes = []
        super().__init__(*args, **kwargs)

    def layout(self):
        return Layout(
            HTML('{% include "patients/_lookalikes.html" with found=form.lookalikes %}'),
            "request_key",
            "next",
            *super().layout(),
            Div(Submit("register", "Register patient"), HTML(ANYWAY), HTML(BACK), css_class="form-acts"),
        )

    def register(self, *, by):
        """The new patient; or None, and in `lookalikes` the people it might be."""
        key, anyway = self.cleaned_data["request_key"], "anyway" in self.data
        try:
            return registering.register(details=self.details(), request_key=key, by=by, anyway=anyway)
        except LooksLike as refusal:
            self.lookalikes = refusal.patients
            return None


def day(text):
    return date.fromisoformat(text) if text else None


class LoadedField(forms.JSONField):
    """What the fields held when the page was made, sent along unseen: the measure of who changed what."""

    def __init__(self):
        words = {"required": STALE, "invalid": STALE}
        super().__init__(widget=forms.HiddenInput, encoder=DjangoJSONEncoder, error_messages=words)

    def clean(self, value):
        try:
            loaded = super().clean(value)
            return {**loaded, **{name: day(loaded[name]) for name in ("birth_date", "deceased_on")}}
        except (KeyError, TypeError, ValueError, RecursionError):
            raise forms.ValidationError(STALE) from None

    def bound_data(self, data, initial):
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return initial


COLUMNS = [*DetailsForm.base_fields, "deceased_on"]


class EditForm(DetailsForm):
    """The details again, and for each that two people changed at once the question whose word counts."""

    deceased_on = DayField(label="Died on", required=False, help_text="From then on nothing is sent to them.")
    loaded = LoadedField()

    def __init__(self, data=None, *, patient):
        held = {name: getattr(patient, name) for name in COLUMNS}
        super().__init__(data, initial={**held, "loaded": held})
        self.ask({name: held[name] for name in held if f"keep_{name}" in self.data})

    def layout(self):
        acts = Div(Submit("save", "Save"), HTML(BACK), css_class="form-acts")
        died = Fieldset("If they have died", Div("deceased_on", css_class="form-grid"))
        return Layout("loaded", self.questions(), *super().layout(), died, acts)

    def clean_deceased_on(self):
        died, born = self.cleaned_data["deceased_on"], self.cleaned_data.get("birth_date")
        if died and died > timezone.localdate():
            raise forms.ValidationError("This day is in the future. Check it.")
        if died and born and died < born:
            raise forms.ValidationError("This day is before the birth date. Check both.")
        return died

    def questions(self):
        self.asked = Div()
        return self.asked

    def details(self):
        """What was typed, or what stands there already where the answer was "theirs"."""
        loaded = self.cleaned_data["loaded"]
        theirs = [name for name in COLUMNS if self.cleaned_data.get(f"keep_{name}") == "theirs"]
        return (
            super().details()
            | {"deceased_on": self.cleaned_data["deceased_on"]}
            | {name: loaded[name] for name in theirs if name in loaded}
        )

    def edit(self, *, patient, by):
        """The changed patient; or None, with a question at each detail that somebody else changed."""
        try:
            return editing.edit(patient=patient, loaded=self.cleaned_data["loaded"], wanted=self.details(), by=by)
        except ChangedMeanwhile as refusal:
            now = {**self.cleaned_data["loaded"], **refusal.theirs}
            kept = {f"keep_{name}": "mine" for name in refusal.theirs}
            self.data = self.data.dict() | kept | {"loaded": json.dumps(now, cls=DjangoJSONEncoder)}
            self.ask(refusal.theirs, refusal.by)
            return None

    def ask(self, theirs, by=None):
        """Put a question on top for each field in `theirs`."""
        for name, value in theirs.items():
            label = self.fields[name].label or name.replace("_", " ")
            who = (by or {}).get(name) or "Somebody"
            choices = [("mine", f"Keep mine: {self.said(name)}"), ("theirs", f"Keep theirs: {shown(value)}")]
            self.fields[f"keep_{name}"] = forms.ChoiceField(
                label=f"{who} just changed this: {label.lower()}. Keep yours or theirs?",
                choices=choices,
                widget=forms.RadioSelect,
                required=False,
            )
            self.asked.append(InlineRadios(f"keep_{name}"))

    def said(self, name):
        """What this person typed, as words; before validation and after."""
        field = self.fields[name]
        return shown(field.widget.value_from_datadict(self.data, {}, name))


def shown(value):
    """A detail as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return dict(Language.choices).get(value, value) or "nothing"
