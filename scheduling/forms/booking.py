"""Forms of the booking and the moving page: `Look` says by GET what is looked for, the others take an offered time."""

import re
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.utils import timezone

from clinic.errors import ClinicError
from clinic.models import Location, Practitioner, Service
from patients.models import Patient
from scheduling import booking, looking
from scheduling.errors import SentTwice
from scheduling.models import Appointment

AHEAD = timedelta(days=2 * 366)  # nobody books later
BEHIND = timedelta(hours=1)  # who walked in is written down a little later
CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?\s*(?P<half>[ap])?\.?(?:m\.?)?", re.ASCII | re.IGNORECASE
)
SLOT = re.compile(r"(\d{1,10})@(\d{1,11})", re.ASCII)
NO_CLOCK = "Write a time of day, such as 15, 15:30 or 3 pm."
TOO_FAR = "Choose a day within the next two years."


def clock(text):
    """The time of day that people type as 15, 1530, 15:30 or 3:30 pm. Raises ValueError if it is none."""
    match = CLOCK.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(text)
    return time(hour % 12 + 12 * (half == "p") if half else hour, minute)


class ClockField(forms.CharField):
    def clean(self, value):
        text = super().clean(value)
        try:
            found = clock(text) if text else None
        except ValueError:
            raise forms.ValidationError(NO_CLOCK) from None
        if found and found.minute % 5:
            raise forms.ValidationError("Visits start on the five minutes, such as 15:05.")
        return found


class Choice(forms.ModelChoiceField):
    def __init__(self, queryset, word, **options):
        errors = {"invalid_choice": f"Choose a {word} from the list."}
        super().__init__(queryset, error_messages=errors, **options)
        self.widget.attrs["class"] = "form-select"


class Look(forms.Form):
    """When is it to be? Everything but the service may be left open."""

    practitioner = Choice(Practitioner.objects.active(), "practitioner", required=False, empty_label="Anybody")
    location = Choice(Location.objects.order_by("name"), "location", required=False, empty_label="Anywhere")
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

    def offer(self, now, **wish):
        """What can be had of what is looked for; None while that is not clear."""
        if not self.is_valid() or not wish["service"]:
            return None
        wanted = self.cleaned_data
        location = wanted["location"]
        return looking.offer(
            day=wanted["day"],
            at=wanted["at"],
            location=location,
            zone=self.zone(location) if wanted["at"] else None,
            practitioner=wanted["practitioner"],
            now=now,
            **wish,
        )

    def query(self, **changes):
        """What is looked for, as a query string."""
        return urlencode({field.html_name: field.value() or "" for field in self} | changes)

    def zone(self, location):
        """The zone in which a wanted time is meant: the location's, or that of the only or first one."""
        location = location or Location.objects.order_by("pk").first()
        return location.zone if location else timezone.get_current_timezone()


class LookForService(Look):
    """For a new visit: also for whom, and what; what the patient had last, unless said otherwise."""

    patient = Choice(Patient.objects.none(), "patient", required=False)
    service = Choice(Service.objects.active(), "service", required=False, empty_label="Choose a service")

    def __init__(self, data, *, user):
        super().__init__(data)
        if not self.data.get("service"):
            self.data["service"] = usual_service(self.data.get("patient", ""), user)
        self.fields["patient"].queryset = Patient.objects.visible_to(user)

    def best(self, now):
        return self.offer(now, patient=self.chosen("patient"), service=self.chosen("service"))

    def chosen(self, name):
        """A field's value, or None while there is none or it has an error."""
        self.is_valid()
        return self.cleaned_data.get(name)


def usual_service(patient, user):
    """The primary key of what this patient (a primary key as it was sent) had last, or an empty string."""
    if not re.fullmatch(r"[0-9]{1,18}", patient):
        return ""
    visits = Appointment.objects.visible_to(user).filter(patient=int(patient), service__active=True)
    return str(visits.order_by("-starts_at").values_list("service", flat=True).first() or "")


class SlotForm(forms.Form):
    """Takes a time that was offered: `slot` is `FreeTime.key`."""

    slot = forms.CharField(
        max_length=24,
        error_messages={"required": "Choose a time.", "max_length": "Choose a time from the list."},
        widget=forms.TextInput(attrs={"id": "times"}),  # where the page shows what there is to choose from
    )

    refusal = None  # the ClinicError, once one was raised

    def clean_slot(self):
        match = SLOT.fullmatch(self.cleaned_data["slot"])
        if not match:
            raise forms.ValidationError("Choose a time from the list.")
        practitioner = Practitioner.objects.active().with_timetable().filter(pk=int(match[1])).first()
        if not practitioner:
            raise forms.ValidationError("This practitioner does not work here any more. Choose another time.")
        return practitioner, self.moment(int(match[2]))

    def moment(self, seconds):
        start, now = datetime.fromtimestamp(seconds, UTC), timezone.now()
        if seconds % 300:
            raise forms.ValidationError("Visits start on the five minutes. Choose a time from the list.")
        if start < now - BEHIND:
            raise forms.ValidationError("That time has passed. Choose a later one.")
        if start > now + AHEAD:
            raise forms.ValidationError(TOO_FAR)
        return start

    def take(self, verb, **wanted):
        """What the verb returns, or None with the refusal kept for the page."""
        practitioner, starts_at = self.cleaned_data["slot"]
        try:
            return verb(practitioner=practitioner, starts_at=starts_at, **wanted)
        except ClinicError as refusal:
            self.refusal = refusal
            return None

    @property
    def status(self):
        """Of the answer that shows this form."""
        return self.refusal.status if self.refusal else 200


class BookForm(SlotForm):
    patient = Choice(Patient.objects.none(), "patient")
    service = Choice(Service.objects.active(), "service")
    note = forms.CharField(
        label="Note for the front desk",
        required=False,
        max_length=300,
        help_text="Nothing clinical.",
        error_messages={"max_length": "A note has at most 300 letters. This one has %(show_value)d."},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    request_key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "This page is out of date. Open it anew."},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["patient"].queryset = Patient.objects.visible_to(user)
        self.fields["patient"].widget.attrs["id"] = "q"  # an error leads to where letters are typed
        self.fields["patient"].error_messages["required"] = "Choose a patient first."
        self.fields["service"].error_messages["required"] = "Choose a service first."

    def book(self):
        names = ("patient", "service", "note", "request_key")
        return self.take(booking.book, by=self.user, **{name: self.cleaned_data[name] for name in names})

    @property
    def key(self):
        """The same as long as this form has booked nothing, so that a double click books once."""
        if isinstance(self.refusal, SentTwice):
            return uuid4()
        return getattr(self, "cleaned_data", {}).get("request_key") or uuid4()


class MoveForm(SlotForm):
    revision = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput)

    def move(self, visit, by):
        return self.take(booking.move, visit=visit, by=by, seen=self.cleaned_data["revision"])


class CancelForm(forms.Form):
    reason = forms.CharField(required=False, max_length=300)

    def reason_given(self):
        """Raises a refusal, because this form has no page of its own."""
        if not self.is_valid():
            raise ClinicError("A reason has at most 300 letters. The visit is not cancelled.")
        return self.cleaned_data["reason"]
