"""The form that books: for a chosen time, or for now if the patient stands at the desk."""

from uuid import uuid4

from django import forms
from django.utils import timezone

from clinic.models import Service
from patients.models import Patient
from scheduling import booking
from scheduling.errors import SentTwice
from scheduling.forms.fields import Choice, KeyField, Line
from scheduling.forms.slot import SlotForm


class BookForm(SlotForm):
    does = "Book it"
    patient = Choice(Patient.objects.none(), "patient")
    service = Choice(Service.objects.active(), "service")
    note = Line("note", label="Note for the front desk", help_text="Nothing clinical.")
    request_key = KeyField()
    walkin = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, user):
        super().__init__(data, user=user)
        self.fields["patient"].queryset = Patient.objects.visible_to(user)
        self.fields["patient"].widget.attrs["id"] = "q"  # an error leads to where letters are typed
        self.fields["patient"].error_messages["required"] = "Choose a patient first."
        self.fields["service"].error_messages["required"] = "Choose a service first."

    def book(self):
        practitioner, starts_at = self.cleaned_data["slot"]
        same = ("patient", "service", "request_key", "override")
        if self.cleaned_data["walkin"] and starts_at <= timezone.now():
            return self.attempt(booking.walk_in, *same, practitioner=practitioner, now=timezone.now())
        return self.attempt(booking.book, *same, "note", "table", practitioner=practitioner, starts_at=starts_at)

    @property
    def key(self):
        """The same as long as this form has booked nothing, so that a double click books once."""
        if isinstance(self.refusal, SentTwice):
            return uuid4()
        return getattr(self, "cleaned_data", {}).get("request_key") or uuid4()
