"""Rules and letters as a manager types them."""

import uuid

from crispy_forms.layout import HTML, Div, Fieldset
from django import forms

from clinic.models import Service
from clinic.practice.forms.fields import required
from clinic.practice.forms.seen import SeenForm
from patients.models import Patient
from reminders import describing, editing, lettering
from reminders.describing import UNITS
from reminders.editing import TellsAtOnce
from reminders.lettering import NotALetter
from reminders.models import Rule
from reminders.models.rules import AHEAD, WITHOUT_TIME, Channel

MOST_MINUTES = 60 * 24 * 60
DETAILS = ["minutes", "channel", "quiet_from", "quiet_until", "in_doubt", "active"]
IN_DOUBT = (
    "If the mail server hung up after the whole message had gone out, nobody can know whether it arrived. Then "
    "either the patient may have no message, or, if it is sent again, perhaps two."
)
QUIET = (
    "Nothing is sent and nobody is called in these hours, on the clock of the visit's location. Leave both empty for "
    "none. What comes due goes when they end."
)


class ClockField(forms.TimeField):
    def __init__(self, label):
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        words = {"invalid": "Write a time of day, such as 21:00."}
        super().__init__(label=label, required=False, widget=widget, error_messages=words)


class RuleForm(SeenForm):
    """A plain form: the rule's constraints are conditional, and the verb reports their breach."""

    amount = forms.IntegerField(
        label="How long",
        min_value=0,
        max_value=MOST_MINUTES,
        error_messages=required(
            "Write a number.",
            invalid="Write a whole number.",
            min_value="Write a number from 0.",
            max_value="Sixty days is the most.",
        ),
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=[(name, name) for name in UNITS],
        error_messages=required("Choose the unit.", invalid_choice="Choose the unit from the list."),
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        label="For these services",
        required=False,
        help_text="None ticked: for all of them.",
        error_messages=dict.fromkeys(["invalid_choice", "invalid_pk_value"], "Choose services from the list."),
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(
        label="How",
        choices=Channel.choices,
        error_messages=required("Choose how.", invalid_choice="Choose from the list."),
    )
    quiet_from = ClockField("Quiet from")
    quiet_until = ClockField("Quiet until")
    in_doubt = forms.ChoiceField(
        label="When nobody can know whether it arrived",
        choices=list(describing.IN_DOUBT.items()),
        help_text=IN_DOUBT,
        error_messages=required("Choose what to do.", invalid_choice="Choose from the list."),
        widget=forms.RadioSelect,
    )
    active = forms.BooleanField(label="On", required=False)
    expected = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    at_once = ""  # whom it would tell as soon as it is saved, once that has been refused

    def __init__(self, data=None, *, rule):
        self.rule, self.kind = rule, rule.kind
        chosen = list(rule.services.all()) if rule.pk else []
        amount, unit = describing.parts(rule.minutes)
        held = {name: getattr(rule, name) for name in DETAILS} | {"amount": amount, "unit": unit}
        theirs = editing.told(rule, chosen) if rule.pk else None
        super().__init__(data, theirs=theirs, initial=held | {"services": chosen})
        self.fields["services"].queryset = Service.objects.active() | Service.objects.filter(
            pk__in=[service.pk for service in chosen]
        )

    def fit(self):
        if self.kind in WITHOUT_TIME:
            del self.fields["amount"], self.fields["unit"]

    def fields_shown(self):
        when = "before the visit starts" if self.kind in AHEAD else f"after {describing.AFTER_WHAT[self.kind]}"
        time = Fieldset(f"When: {when}", Div("amount", "unit", css_class="form-grid"))
        quiet_hours = Div("quiet_from", "quiet_until", css_class="form-grid")
        fixed = HTML(f"<p>{describing.moment(self.kind, 0)}.</p>")
        return [
            HTML('{% include "reminders/_at_once.html" with at_once=form.at_once %}'),
            "expected",
            time if "amount" in self.fields else fixed,
            "channel",
            Fieldset("Quiet hours", quiet_hours, HTML(f'<p class="form-text mb-3">{QUIET}</p>')),
            "services",
            "in_doubt",
            "active",
        ]

    def clean(self):
        told = super().clean()
        if "amount" in told and "unit" in told:
            told["minutes"] = self.minutes(told["amount"] * UNITS[told["unit"]])
        if "quiet_from" in told and "quiet_until" in told:
            self.check_quiet(told["quiet_from"], told["quiet_until"])
        return told

    def minutes(self, minutes):
        if minutes > MOST_MINUTES:
            self.add_error("amount", "Sixty days is the most.")
        if self.kind in AHEAD and minutes == 0:
            self.add_error("amount", "Write how long before the visit: 1 minute at least.")
        return minutes

    def check_quiet(self, begins, ends):
        if (begins is None) != (ends is None):
            self.add_error("quiet_until" if ends is None else "quiet_from", "Quiet hours have a beginning and an end.")
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", "These quiet hours would never end. Write another time.")

    def details(self):
        return {name: self.cleaned_data[name] for name in DETAILS if name in self.cleaned_data}

    def mine(self):
        return editing.told(Rule(kind=self.kind, **self.details()), self.cleaned_data["services"])

    def save(self, *, by):
        """The rule, new or changed; or None, with the refusal on its field."""
        words = {"details": self.details(), "services": self.cleaned_data["services"], "by": by}
        words["expected"] = self.cleaned_data["expected"] or 0
        if self.rule.pk is None:
            return self.tried(editing.add, kind=self.kind, **words)
        return self.tried(editing.change, rule=self.rule, seen=self.cleaned_data["seen"], **words)

    def refuse(self, refusal):
        """Whoever saves again knows how many they tell; of more than those they are asked anew."""
        if not isinstance(refusal, TellsAtOnce):
            return super().refuse(refusal)
        self.status, self.at_once = refusal.status, str(refusal)
        self.data = self.data.copy()
        self.data["expected"] = refusal.people
        self.button.value = f"Save, and tell {describing.patients(refusal.people)}"
        return None


class LetterForm(SeenForm):
    """The words of one letter, and whose data to show them with."""

    source = forms.CharField(
        label="The letter",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true", "class": "form-control letter-source"}),
        error_messages=required("The letter is empty. Write it, or take the shipped words."),
    )
    patient = forms.ModelChoiceField(
        Patient.objects.none(),
        required=False,
        error_messages=dict.fromkeys(["invalid_choice", "invalid_pk_value"], "Choose a patient from the list."),
    )
    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, kind, language, user):
        self.kind, self.language = kind, language
        self.standing, self.own = lettering.in_force(kind, language)
        super().__init__(data, theirs=lettering.told(self.standing), initial={"source": self.standing})
        self.fields["patient"].queryset = Patient.objects.visible_to(user)
        self.next_key = uuid.uuid4()

    def typed(self):
        """What stands in the field, checked or not."""
        return self["source"].value() or ""

    def chosen(self):
        """The patient whose data are shown, if one was chosen and may be seen."""
        return self.cleaned_data.get("patient") if self.is_bound and hasattr(self, "cleaned_data") else None

    def mine(self):
        return lettering.told(self.typed())

    def save(self, *, by):
        """The new version; or None: nothing was changed, or, with another `status` than 200, it is not saved."""
        words = {"source": self.cleaned_data["source"], "seen": self.cleaned_data["seen"]}
        return self.tried(lettering.save, kind=self.kind, language=self.language, by=by, **words)

    def refuse(self, refusal):
        if not isinstance(refusal, NotALetter):
            return super().refuse(refusal)
        self.status = refusal.status
        *first, last = refusal.problems
        return self.add_error("source", [*first, f"{last} {lettering.LAST_STAYS}"])
