"""Locations, tables and chairs, e-stim units, as a manager types them."""

from crispy_forms.layout import Div
from django import forms
from django.urls import reverse_lazy
from django.utils.text import format_lazy

from clinic.models.places import validate_zone
from clinic.practice import places, zones
from clinic.practice.forms.fields import AddressField, DayField, JurisdictionField, OneLine
from clinic.practice.forms.seen import RowForm, SeenForm

A_WEEK = 7 * 24
HOURS = f"Write the hours: a number from 0 to {A_WEEK}."
TABLE, CHAIR = "table", "chair"
ZONE_MOVES = (
    "Working hours will be read in the new zone. Visits that are booked stay at their moment, so that the clock on the "
    "wall shows another time for them. Tick this if it is meant."
)


def in_use(what):
    """Archiving: what visits have used is never deleted."""
    return forms.BooleanField(
        label="In use", required=False, initial=True, help_text=f"Otherwise {what} Visits that are booked stay."
    )


class ChairField(forms.TypedChoiceField):
    """True for a community chair."""

    def __init__(self):
        words = dict.fromkeys(["required", "invalid_choice"], "Choose what it is.")
        choices = [(TABLE, "A treatment table"), (CHAIR, "A community chair")]
        super().__init__(label="What it is", choices=choices, coerce=lambda value: value == CHAIR, error_messages=words)


class LocationForm(RowForm):
    columns = [
        "name",
        "address",
        "phone",
        "email",
        "names_services",
        "cancel_hours",
        "zone_name",
        "jurisdiction",
        "active",
    ]

    name = OneLine(max_length=80, missing="Name the location.")
    address = OneLine(max_length=200, missing="Write the address. It stands in e-mails to patients.")
    phone = OneLine(max_length=40, missing="Write the phone number. It stands in e-mails to patients.")
    email = AddressField(
        label="E-mail",
        required=False,
        example="desk@example.com",
        help_text="The front desk's: patients' answers and news about failed messages come here.",
    )
    names_services = forms.BooleanField(
        label="Name the service in messages",
        required=False,
        help_text=format_lazy(
            "Off, a message says nothing of what the visit is for. Even on, no subject line does. It is named "
            'where <a href="{}">the words of a message</a> hold {{planned}} or {{service}}.',
            reverse_lazy("reminders:letters"),
        ),
    )
    cancel_hours = forms.IntegerField(
        label="Hours to cancel online",
        min_value=0,
        max_value=A_WEEK,
        initial=24,
        help_text="Until so many hours before a visit patients can cancel or change it online, and are told that it is "
        "free. Later they are asked to call.",
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], HOURS),
    )
    zone_name = forms.ChoiceField(
        label="Time zone",
        help_text="Hours and visits are read in it. Type the first letters of the city.",
        error_messages={"required": "Choose the time zone.", "invalid_choice": "Choose a time zone from the list."},
    )
    zone_moves = forms.BooleanField(label="The clocks of this location change", required=False)
    jurisdiction = JurisdictionField(
        label="State or country", help_text="Code, such as CO: decides which licences count here."
    )
    active = in_use("nothing can be booked here.")

    def __init__(self, data=None, *, row, **options):
        super().__init__(data, row=row, **options)
        self.fields["zone_name"].choices = zones.with_zone(row.zone_name)

    def fit(self):
        super().fit()
        if not (self.row.pk and self.is_bound and self.data.get("zone_name", "") != self.row.zone_name):
            del self.fields["zone_moves"]

    def fields_shown(self):
        where = [Div("name", "phone", css_class="form-grid"), "address", "email"]
        messages = ["names_services", "cancel_hours"]
        zone = [Div("zone_name", "jurisdiction", css_class="form-grid")]
        return [*where, *messages, *zone, *self.there("zone_moves", "active")]

    def clean_zone_name(self):
        validate_zone(name := self.cleaned_data["zone_name"])
        return name

    def clean(self):
        told = super().clean()
        if "zone_moves" in self.fields and "zone_name" in told and not told["zone_moves"]:
            self.add_error("zone_moves", ZONE_MOVES)
        return told

    def save(self, *, by):
        return super().save(places.save_location, by=by)


class TablesForm(SeenForm):
    """One or several that are new."""

    submit = "Add"

    name = OneLine(
        max_length=80, missing="Name it, such as Table 1.", help_text="Several at once: Chair 1-6 makes six chairs."
    )
    room = OneLine(max_length=40, missing="Name the room.")
    chair = ChairField()

    def fields_shown(self):
        return [Div("name", "room", "chair", css_class="form-grid")]

    def add(self, *, location, by):
        wanted = {name: self.cleaned_data[name] for name in ("name", "room", "chair")}
        return self.tried(places.add_tables, location=location, by=by, **wanted)


class TableForm(RowForm):
    columns = ["name", "room", "chair", "active"]

    name = OneLine(max_length=80, missing="Name it, such as Table 1.")
    room = OneLine(max_length=40, missing="Name the room.")
    chair = ChairField()
    active = in_use("it is not offered any more.")

    def __init__(self, data=None, *, row, **options):
        super().__init__(data, row=row, initial={"chair": CHAIR if row.chair else TABLE}, **options)

    def fields_shown(self):
        return [Div("name", "room", "chair", css_class="form-grid"), "active"]

    def save(self, *, by):
        return super().save(places.save, by=by)


def number(label, most, missing, help_text=""):
    beyond = f"Write a number from 1 to {most}."
    words = {"required": missing, "invalid": beyond, "min_value": beyond, "max_value": beyond}
    return forms.IntegerField(label=label, min_value=1, max_value=most, error_messages=words, help_text=help_text)


class UnitForm(RowForm):
    columns = ["name", "model", "serial", "channels", "max_hz", "service_due", "active"]

    name = OneLine(max_length=80, missing="Name it, such as Unit 1.")
    model = OneLine(max_length=80, missing="Write the model from its label.")
    serial = OneLine(label="Serial number", max_length=40, missing="Write the serial number from its label.")
    channels = number("Channels", 12, "Write how many channels it has.", "Outputs for a pair of electrodes.")
    max_hz = number("Highest frequency, Hz", 1000, "Write the highest frequency of its dial.")
    service_due = DayField(label="Service due", required=False)
    active = in_use("it is not offered any more.")

    def fields_shown(self):
        grid = Div("name", "model", "serial", "channels", "max_hz", "service_due", css_class="form-grid")
        return [grid, *self.there("active")]

    def save(self, *, by):
        return super().save(places.save, by=by)


class OutForm(SeenForm):
    submit = "Take out of service"

    reason = OneLine(
        label="Why it may not be used", max_length=200, missing="Say why it may not be used, such as: cable broken."
    )

    def take_out(self, *, unit, by):
        return self.tried(places.take_out, unit=unit, reason=self.cleaned_data["reason"], by=by)
