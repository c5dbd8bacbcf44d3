"""People who work here, their licences, and what a licence allows."""

from crispy_forms.layout import Div, Fieldset
from django import forms

from clinic.models import Technique
from clinic.practice import licensing, staff
from clinic.practice.forms.fields import ColourField, DayField, JurisdictionField, KindField, OneLine
from clinic.practice.forms.seen import RowForm, SeenForm

ROLE_CHOICES = [
    ("Front desk", "Front desk: books, checks in, writes to patients; sees nothing clinical"),
    ("Practitioner", "Practitioner: treats, charts and signs; has hours and a column in the calendar"),
    ("Manager", "Manager: everything of the front desk, and these settings"),
]


class PersonForm(SeenForm):
    first_name = OneLine(max_length=80, missing="Write the first name.")
    last_name = OneLine(max_length=80, missing="Write the last name.")
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="They sign in with it.",
        error_messages={
            "required": "Write the e-mail address they will sign in with.",
            "invalid": "Write the whole e-mail address, such as kim@example.com.",
            "max_length": "An e-mail address has at most 254 letters.",
        },
    )
    roles = forms.MultipleChoiceField(
        choices=ROLE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role.", "invalid_choice": "Choose roles from the list."},
    )
    is_active = forms.BooleanField(
        label="Works here",
        required=False,
        initial=True,
        help_text="Otherwise they can't sign in and nothing can be booked with them. Visits that are booked stay.",
    )
    name = OneLine(label="Shown as", max_length=80, required=False, help_text="In the calendar. Empty: the full name.")
    colour = ColourField(initial="#1d6b59")
    bio = forms.CharField(
        label="About them",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Patients may read it.",
        error_messages={"max_length": "Write at most 2,000 letters."},
    )

    def __init__(self, data=None, *, user=None, initial=None):
        self.user = user
        held = staff.details_of(user) | {"roles": staff.roles_of(user)} if user else {}
        super().__init__(data, theirs=user and staff.told_of(user), initial=(initial or {}) | held)

    def fit(self):
        if self.user is None:
            del self.fields["is_active"]
        elif self.user.is_superuser:
            self.fields["roles"].required = False  # an administrator may do everything without one

    def fields_shown(self):
        return [
            Div("first_name", "last_name", "email", css_class="form-grid"),
            "roles",
            *self.there("is_active"),
            Fieldset("For practitioners", Div("name", "colour", css_class="form-grid"), "bio"),
        ]

    def clean_email(self):
        """In small letters, as sign-in looks for it."""
        return self.cleaned_data["email"].lower()

    def details(self):
        wanted = {name: self.cleaned_data[name] for name in [*staff.SIGN_IN, *staff.SHOWN] if name in self.cleaned_data}
        return {"is_active": True} | wanted

    def mine(self):
        return staff.told(self.details(), self.cleaned_data["roles"])

    def save(self, *, by):
        words = {"details": self.details(), "roles": self.cleaned_data["roles"], "by": by}
        if self.user is None:
            return self.tried(staff.hire, **words)
        return self.tried(staff.change, user=self.user, seen=self.cleaned_data["seen"], **words)


class LicenceForm(RowForm):
    columns = ["kind", "number", "jurisdiction", "issued", "expires"]

    kind = KindField()
    number = OneLine(max_length=40, missing="Write the number of the licence.")
    jurisdiction = JurisdictionField(label="State or country", help_text="Code, as the location bears it, such as CO.")
    issued = DayField(missing="Write the day it was issued.")
    expires = DayField(label="Last day", required=False, help_text="Empty: it does not end.")

    def fields_shown(self):
        return [Div(*self.columns, css_class="form-grid")]

    def clean(self):
        told = super().clean()
        if told.get("issued") and told.get("expires") and told["expires"] <= told["issued"]:
            self.add_error("expires", "The last day is after the day it was issued. Check the years.")
        return told

    def save(self, *, by):
        return super().save(licensing.save_licence, by=by)


class StateForm(forms.Form):
    """Which rules to open: those of a licence in a state."""

    jurisdiction = JurisdictionField(label="State or country")
    kind = KindField()


class ScopeForm(SeenForm):
    """A line for each technique: allowed or not, a note, and where that is written."""

    def __init__(self, data=None, *, jurisdiction, kind):
        self.jurisdiction, self.kind = jurisdiction, kind
        self.rules = licensing.scope_of(jurisdiction, kind)
        super().__init__(data, theirs=licensing.told(self.rules))

    def fit(self):
        for rule in self.rules:
            label = Technique(rule.technique).label
            self.fields[f"{rule.technique}-allowed"] = forms.BooleanField(
                label=f"{label}: allowed",
                required=False,
                initial=rule.allowed,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            for part in ("note", "source"):
                self.fields[f"{rule.technique}-{part}"] = OneLine(
                    label=f"{label}: {part}",
                    max_length=300,
                    required=False,
                    initial=getattr(rule, part),
                    widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
                )

    def rows(self):
        """(name of the technique, its fields for allowed, note, source)."""
        for technique in Technique:
            yield technique.label, *(self[f"{technique}-{part}"] for part in ("allowed", "note", "source"))

    def clean(self):
        told = super().clean()
        for technique in Technique.values:
            said = told.get(f"{technique}-allowed") or told.get(f"{technique}-note")
            if said and not told.get(f"{technique}-source") and f"{technique}-source" not in self.errors:
                self.add_error(f"{technique}-source", "Write where this is written, such as the rule of the board.")
        return told

    def wanted(self):
        said = self.cleaned_data
        return [
            licensing.Rule(
                technique, said[f"{technique}-allowed"], said[f"{technique}-note"], said[f"{technique}-source"]
            )
            for technique in Technique.values
        ]

    def mine(self):
        return licensing.told(self.wanted())

    def save(self, *, by):
        """True, or False with the refusal or both versions."""
        words = {"rules": self.wanted(), "seen": self.cleaned_data["seen"], "by": by}
        self.tried(licensing.set_scope, jurisdiction=self.jurisdiction, kind=self.kind, **words)
        return self.status == 200
