"""The same visit again and again: every date with its answer, so that nothing is written before all are solved."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.urls import reverse
from django.utils import timezone

from clinic.models import Service
from patients.models import Patient
from scheduling import repeating
from scheduling.errors import BadTime, SentTwice
from scheduling.forms.fields import Choice, KeyField, Line, SlotField, slots
from scheduling.forms.slot import Asking
from scheduling.models import Appointment
from scheduling.placing import where

MOST = 26
HOW_MANY = f"Write a number from 2 to {MOST}."
HOW_OFTEN = [(1, "Every week"), (2, "Every 2 weeks"), (3, "Every 3 weeks"), (4, "Every 4 weeks")]
USUAL = {"count": "6", "every": "1"}
OUT = "out"  # the answer that leaves a date out


class RepeatForm(Asking):
    """Repeats a chosen time (`patient`, `service`, `slot`), or a `visit` that is in the book: from the next date on.

    `date` comes once for each date that the page showed, and `pick-<date>` is its answer.
    """

    visit = Choice(Appointment.objects.none(), "visit", required=False)
    patient = Choice(Patient.objects.none(), "patient", required=False)
    service = Choice(Service.objects.active(), "service", required=False)
    slot = SlotField(required=False)
    count = forms.IntegerField(
        label="How many",
        min_value=2,
        max_value=MOST,
        error_messages=dict.fromkeys(["min_value", "max_value", "invalid", "required"], HOW_MANY),
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    every = forms.TypedChoiceField(
        label="How often",
        coerce=int,
        choices=HOW_OFTEN,
        error_messages={"invalid_choice": "Choose how often from the list."},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    note = Line("note", label="Note for the front desk", help_text="Nothing clinical. It stands at each of the visits.")
    request_key = KeyField()

    def __init__(self, data, *, user):
        data = data.copy()
        for name, usual in USUAL.items():
            data.setdefault(name, usual)
        super().__init__(data, user=user)
        related = ("patient", "service", "practitioner", "table__location")
        self.fields["visit"].queryset = Appointment.objects.visible_to(user).select_related(*related)
        self.fields["patient"].queryset = Patient.objects.visible_to(user)
        self.unanswered = set()  # dates

    def clean(self):
        if not self.errors and not self.is_clear:
            raise forms.ValidationError("Choose a patient, a service and a time first.")
        if self.is_sent and not self.errors:
            self.cleaned_data["times"] = self.times()

    def times(self):
        """The chosen (start, practitioner). Raises ValidationError while a date has no answer, or all are left out."""
        answers = {day: self.data.get(f"pick-{day}") for day in self.data.getlist("date")[:MOST]}
        self.unanswered = {day for day, answer in answers.items() if not answer}
        if self.unanswered:
            raise forms.ValidationError("Some dates are not free. Choose another time for each, or leave it out.")
        wanted = [answer for answer in answers.values() if answer != OUT]
        if not wanted:
            raise forms.ValidationError("Every date is left out. Keep at least one.")
        return [(start, practitioner) for practitioner, start in slots(wanted)]

    @property
    def is_sent(self):
        """Is it to be booked? Else the dates are only looked at."""
        return "book" in self.data

    @property
    def is_clear(self):
        """Is it known what is repeated, and how often?"""
        given = self.cleaned_data
        known = given.get("visit") or (given.get("patient") and given.get("service") and given.get("slot"))
        return bool(known and given.get("count") and given.get("every"))

    @cached_property
    def wish(self):
        """For whom, what, with whom, where and from when, as `propose` takes it."""
        given = self.cleaned_data
        if visit := given.get("visit"):
            names = ("patient", "service", "practitioner", "location")
            _, (start, _) = repeating.repeated(visit.starts_at, visit.location, 2, given["every"])
            return {name: getattr(visit, name) for name in names} | {"starts_at": start}
        practitioner, start = given["slot"]
        place = {"practitioner": practitioner, "location": where(practitioner, start), "starts_at": start}
        return {"patient": given["patient"], "service": given["service"], **place}

    @property
    def source(self):
        return [self[name] for name in ("visit", "patient", "service", "slot")]

    @property
    def came_from(self):
        if visit := self.cleaned_data.get("visit"):
            return visit.get_absolute_url()
        same = {name: self.data.get(name, "") for name in ("patient", "service")}
        return f"{reverse('scheduling:book')}?{urlencode(same)}"

    def book(self):
        same = {name: self.wish[name] for name in ("patient", "service")}
        return self.attempt(repeating.book_all, "times", "note", request_key=self.key, **same)

    def rows(self):
        """Each date as the page shows it; none if so many can't be had, with the refusal kept."""
        often = {"count": self.cleaned_data["count"], "every_weeks": self.cleaned_data["every"]}
        try:
            proposals = repeating.propose(**self.wish, **often, now=timezone.now())
        except BadTime as refusal:
            self.refusal = refusal
            return []
        return [self.row(proposal) for proposal in proposals]

    def row(self, proposal):
        day = str(timezone.localdate(proposal.wanted, self.wish["location"].zone))
        times = [proposal.time] if proposal.free else proposal.alternatives
        known = ["", OUT, *(time.key for time in times)]
        answer = self.data.get(f"pick-{day}", proposal.time.key if proposal.free else "")
        return Row(
            day=day,
            proposal=proposal,
            times=times,
            answer=answer if answer in known else "",
            lost=answer not in known,
            lacks=day in self.unanswered,
        )

    @property
    def key(self):
        """The same as long as this form has booked nothing, so that a double click books once."""
        if isinstance(self.refusal, SentTwice):
            return uuid4()
        return getattr(self, "cleaned_data", {}).get("request_key") or uuid4()


@dataclass(frozen=True)
class Row:
    """A date of the repetition: what can be had and what was chosen of it.

    `lost` was chosen and can't be had any more; `lacks` was sent without an answer.
    """

    day: str
    proposal: repeating.Proposal
    times: list
    answer: str
    lost: bool
    lacks: bool
