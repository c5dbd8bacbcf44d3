"""What is looked for on the booking and the moving page: by GET, so that it can be linked to and come back."""

import re
from dataclasses import replace
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from clinic.models import Device, Location, Practitioner, Service, Table
from patients.models import Patient
from scheduling import looking, walking_in
from scheduling.finding import FreeTime
from scheduling.forms.fields import AHEAD, NO_CLOCK, TOO_FAR, Choice, ClockField, PlaceChoice
from scheduling.models import COMING, Appointment
from scheduling.placing import Placing, where

ANY_REASON = "asked for"


class Look(forms.Form):
    """When is it to be? Everything but the service may be left open."""

    wish = {}  # for whom and what, as the finder takes it
    asks = "Choose a service to see the free times."
    same_time = None

    practitioner = Choice(Practitioner.objects.active(), "practitioner", required=False, empty_label="Anybody")
    location = Choice(Location.objects.active().order_by("name"), "location", required=False, empty_label="Anywhere")
    day = forms.DateField(
        label="From",
        required=False,
        error_messages={"invalid": "Write the day as 2031-05-14."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )
    at = ClockField(
        label="Wanted time",
        required=False,
        max_length=12,
        error_messages={"max_length": NO_CLOCK},
        widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "15:00", "autocomplete": "off"}),
    )
    table = PlaceChoice(Table.objects.active(), "table", required=False, empty_label="Any table")

    def __init__(self, data):
        """`data` is a QueryDict; the day is today unless it says otherwise."""
        super().__init__(data.copy())
        if not self.data.get("day"):
            self.data["day"] = str(timezone.localdate())

    def clean_day(self):
        day, today = self.cleaned_data["day"], timezone.localdate()
        if day and day > today + AHEAD:
            raise forms.ValidationError(TOO_FAR)
        return max(day or today, today)

    def best(self, now):
        """What can be had of what is looked for; None while that is not clear."""
        if not self.is_valid() or not self.wish["service"]:
            return None
        wanted, location = self.cleaned_data, self.place
        return looking.offer(
            day=wanted["day"],
            at=wanted["at"],
            location=location,
            zone=self.zone(location) if wanted["at"] else None,
            practitioner=wanted["practitioner"],
            table=wanted["table"],
            device=wanted.get("device"),
            now=now,
            **self.wish,
        )

    def to_force(self, offer, by):
        """A wanted time that a written reason would get, or None."""
        practitioner = self.chosen("practitioner")
        if not (offer and offer.why_not and offer.wanted and practitioner and self.wish["patient"]):
            return None
        placing = self.placing(practitioner, offer.wanted)
        return FreeTime(*placing.span, practitioner, placing.location) if looking.would_pass(placing, by) else None

    @property
    def place(self):
        """The location that is wanted: the table's, if one is named."""
        table = self.chosen("table")
        return table.location if table else self.chosen("location")

    def query(self, **changes):
        """What is looked for, as a query string."""
        wanted = {field.html_name: field.value() for field in self} | changes
        return urlencode({name: value for name, value in wanted.items() if value})

    def zone(self, location):
        """The zone in which a wanted time is meant: the location's, or that of the only or first one."""
        location = location or Location.objects.active().order_by("pk").first()
        return location.zone if location else timezone.get_current_timezone()

    def chosen(self, name):
        """A field's value, or None while there is none or it has an error."""
        self.is_valid()
        return self.cleaned_data.get(name)


class LookForService(Look):
    """For a new visit: also for whom, and what; what the patient had last, unless said otherwise.

    `walkin` asks who can begin now.
    """

    patient = Choice(Patient.objects.none(), "patient", required=False)
    service = Choice(Service.objects.active(), "service", required=False, empty_label="Choose a service")
    walkin = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, user):
        super().__init__(data)
        if not self.data.get("service"):
            self.data["service"] = usual_service(self.data.get("patient", ""), user)
        self.fields["patient"].queryset = Patient.objects.visible_to(user)

    @property
    def wish(self):
        return {"patient": self.chosen("patient"), "service": self.chosen("service")}

    def best(self, now):
        if not self.chosen("walkin"):
            return super().best(now)
        if self.errors or not self.wish["service"]:
            return None
        return walking_in.offer(practitioner=self.chosen("practitioner"), location=self.place, now=now, **self.wish)

    def placing(self, practitioner, starts_at):
        table = self.chosen("table")
        return Placing.new(
            practitioner=practitioner, starts_at=starts_at, table=table, override=ANY_REASON, **self.wish
        )


class LookToMove(Look):
    """For a visit that is in the book: it keeps its table and unit if they are free, unless others are named."""

    asks = "Choose another table."
    device = PlaceChoice(Device.objects.usable(), "unit", required=False, empty_label="As now, or any that is free")

    def __init__(self, data, *, visit):
        super().__init__(data)
        self.visit = visit
        self.fields["table"].empty_label = "As now, or any that is free"

    @property
    def same_time(self):
        """The slot of the time that it has, if something else is to change."""
        wanted = [self.chosen(name) for name in ("practitioner", "table", "device")]
        now = [self.visit.practitioner, self.visit.table, self.visit.device]
        if all(one in (None, own) for one, own in zip(wanted, now, strict=True)):
            return None
        practitioner, location = wanted[0] or self.visit.practitioner, (wanted[1] or self.visit.table).location
        return FreeTime(self.visit.starts_at, self.visit.ends_at, practitioner, location)

    def best(self, now):
        """Other times than its own; who waits already can only be given another table or unit."""
        offer = super().best(now) if self.visit.status in COMING else None
        if not offer:
            return None
        own = {(self.visit.starts_at, who) for who in (self.visit.practitioner, self.chosen("practitioner"))}
        others = [one for one in offer.times if (one.starts_at, one.practitioner) not in own]
        return replace(offer, times=others)

    @property
    def wish(self):
        return {"visit": self.visit, "patient": self.visit.patient, "service": self.visit.service}

    def placing(self, practitioner, starts_at):
        table = self.chosen("table")
        return Placing.of(
            self.visit,
            practitioner=practitioner,
            starts_at=starts_at,
            location=table.location if table else where(practitioner, starts_at, self.visit.location),
            table=table,
            device=self.chosen("device"),
            override=ANY_REASON,
        )


def usual_service(patient, user):
    """The primary key of what this patient (a primary key as it was sent) had last, or an empty string."""
    if not re.fullmatch(r"[0-9]{1,18}", patient):
        return ""
    visits = Appointment.objects.visible_to(user).filter(patient=int(patient), service__active=True)
    return str(visits.order_by("-starts_at").values_list("service", flat=True).first() or "")
