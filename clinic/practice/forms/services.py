"""A service with its stages, as a manager types it."""

import re

from django import forms

from clinic.errors import ClinicError
from clinic.models import Practitioner, Spot, Technique
from clinic.practice import offering
from clinic.practice.errors import SavedMeanwhile
from clinic.practice.forms.fields import ColourField, OneLine, required
from clinic.practice.forms.rows import FormWithRows, Rows, rearranged, typed

MOST_STAGES = 12
LONGEST = 12 * 60  # minutes of a whole visit
STAGE_TAKES = "A stage takes 5 to 240 minutes."
ON_FIVE = "Write full five minutes, such as 5, 10 or 15."
FIRST_STAGE = {"name": "Treatment", "minutes": 45, "needs_practitioner": True}
NEW_STAGE = {"minutes": 15, "needs_practitioner": True}


def control(kind=forms.TextInput, **attrs):
    return kind(attrs={"class": "form-control", "autocomplete": "off", **attrs})


class OnFive(forms.IntegerField):
    """Minutes on the grid of five."""

    def __init__(self, *, most, least=0, out_of_range, **options):
        errors = required("Write how many minutes.", invalid="Write a whole number of minutes.")
        errors |= dict.fromkeys(["min_value", "max_value"], out_of_range)
        widget = control(forms.NumberInput, step=5, inputmode="numeric")
        super().__init__(min_value=least, max_value=most, error_messages=errors, widget=widget, **options)

    def clean(self, value):
        minutes = super().clean(value)
        if minutes is not None and minutes % 5:
            raise forms.ValidationError(ON_FIVE)
        return minutes


class StageForm(forms.Form):
    name = OneLine(label="Stage", max_length=60, missing="Name this stage.", widget=control())
    minutes = OnFive(least=5, most=240, out_of_range=STAGE_TAKES)
    needs_practitioner = forms.BooleanField(label="Practitioner", required=False)
    needs_device = forms.BooleanField(label="E-stim unit", required=False)
    elastic = forms.BooleanField(label="Stretches", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for name in ("needs_practitioner", "needs_device", "elastic"):
            self.fields[name].widget.attrs["class"] = "form-check-input"


class ServiceForm(FormWithRows):
    """One page: what the service is, its stages, who offers it."""

    word = "Stage"

    name = OneLine(max_length=80, missing="Name the service.", widget=control())
    techniques = forms.MultipleChoiceField(
        choices=Technique.choices,
        error_messages=required("Choose what is done.", invalid_choice="Choose techniques from the list."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    price = forms.DecimalField(
        min_value=0,
        max_digits=8,
        decimal_places=2,
        error_messages=required(
            "Write the price; 0 if it is free.",
            invalid="Write the price as a number, such as 85 or 85.50.",
            min_value="A price is not below 0.",
            max_digits="A price is below 1,000,000.",
            max_whole_digits="A price is below 1,000,000.",
            max_decimal_places="Write the price with at most two decimals.",
        ),
        widget=control(inputmode="decimal"),
    )
    colour = ColourField(help_text="In the calendar, beside the name.")
    spot = forms.ChoiceField(
        label="Given on",
        choices=Spot.choices,
        error_messages=required("Choose what it is given on.", invalid_choice="Choose from the list."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    turnover_minutes = OnFive(
        label="Turnover",
        most=120,
        out_of_range="A turnover takes 0 to 120 minutes.",
        help_text="Minutes to make the table ready for the next patient.",
    )
    buffer_minutes = OnFive(
        label="Buffer",
        most=120,
        out_of_range="A buffer takes 0 to 120 minutes.",
        help_text="Minutes the practitioner keeps for notes after the last stage.",
    )
    notice_hours = forms.DecimalField(
        label="Notice",
        min_value=0,
        max_value=60 * 24,
        decimal_places=2,
        error_messages=required(
            "Write how many hours; 0 if none.",
            invalid="Write a number of hours.",
            min_value="Notice is not below 0 hours.",
            max_value="Notice is at most 1440 hours, which is 60 days.",
            max_decimal_places="Write the hours with at most two decimals.",
        ),
        help_text="Hours before the visit until which a patient can book it through a link.",
        widget=control(inputmode="decimal"),
    )
    bookable_online = forms.BooleanField(
        label="Patients can book it through a link",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    active = forms.BooleanField(
        label="Offered",
        required=False,
        help_text="Otherwise it cannot be booked. Visits that are booked stay.",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    practitioners = forms.ModelMultipleChoiceField(
        Practitioner.objects.none(),
        label="By",
        required=False,
        error_messages={
            "invalid_choice": "Choose practitioners from the list.",
            "invalid_pk_value": "Choose practitioners from the list.",
        },
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, data=None, *, service=None, staff, initial=None, stages=(), at=None):
        super().__init__(data, initial=initial)
        self.service = service
        self.fields["practitioners"].queryset = staff
        self.rows = Rows(StageForm, "stage", data=data, initial=stages, at=at)

    @classmethod
    def of(cls, shown, **options):
        """The form as it shows a service: to edit it, or as the start of another one."""
        held = offering.details_of(shown)
        hours = f"{held.pop('notice_minutes') / 60:.2f}".rstrip("0").rstrip(".")
        initial = held | {"notice_hours": hours, "practitioners": [each.pk for each in shown.practitioners.all()]}
        stages = [offering.fields_of(stage) for stage in shown.stages.all()]
        return cls(initial=initial | options.pop("initial", {}), stages=stages, **options)

    @classmethod
    def blank(cls, **options):
        start = {"price": "0", "colour": "#1d6b59", "turnover_minutes": 10, "buffer_minutes": 0, "notice_hours": 0}
        return cls(initial=start | {"active": True}, stages=[FIRST_STAGE], **options)

    def after(self, act):
        """The form with all that was typed, its stages added to or rearranged, nothing checked."""
        rows, at = rearranged(self.rows.typed, act, lambda rows: NEW_STAGE)
        staff = self.fields["practitioners"].queryset
        return ServiceForm(service=self.service, staff=staff, initial=typed(self), stages=rows, at=at)

    def problem_of_rows(self):
        stages = self.rows.values
        if not stages:
            return "Add a stage. A service has at least one."
        if len(stages) > MOST_STAGES:
            return f"A service has at most {MOST_STAGES} stages. This one has {len(stages)}."
        if sum(stage["minutes"] for stage in stages) > LONGEST:
            return "A visit takes at most 12 hours. Shorten a stage."
        if not any(stage["needs_practitioner"] for stage in stages):
            return "The practitioner is in none of the stages. Tick Practitioner where they are needed."
        return ""

    def save(self, *, by):
        """The saved service; or None, with the refusal on the field it belongs to."""
        try:
            wanted = {"details": self.details(), "stages": self.rows.values, "practitioners": self.offering()}
            if self.service is None:
                return offering.add(**wanted, by=by)
            return offering.change(service=self.service, seen=self.cleaned_data["seen"], **wanted, by=by)
        except SavedMeanwhile as refusal:
            self.show(refusal, offering.told(**wanted))
        except ClinicError as refusal:
            self.refuse(refusal)
        return None

    def details(self):
        details = {name: self.cleaned_data[name] for name in offering.DETAILS if name in self.cleaned_data}
        return details | {"notice_minutes": int(self.cleaned_data["notice_hours"] * 60)}

    def offering(self):
        return list(self.cleaned_data["practitioners"])

    def refuse(self, refusal):
        self.status = refusal.status
        if refusal.field == "stages":
            self.rows.problem = str(refusal)
        else:
            self.add_error(refusal.field, str(refusal))

    def drawing(self):
        """(stages that have no error, turnover, buffer): what can be drawn while the form is half typed."""
        return self.rows.sound, self.minutes_typed("turnover_minutes"), self.minutes_typed("buffer_minutes")

    def minutes_typed(self, name):
        text = str(self[name].value())
        return int(text) if re.fullmatch(r"\d{1,3}", text, re.ASCII) else 0
