"""Forms that place a visit anew: at another time, with somebody else, at another table; or longer or shorter."""

from datetime import UTC, datetime, timedelta

from django import forms

from clinic.models import Device
from scheduling import booking, staging, wording
from scheduling.forms.fields import Choice
from scheduling.forms.slot import AllTheSame, SlotForm
from scheduling.moving import LONGEST, SHORTEST, stages_over

STEP = 5  # minutes


class Seen(forms.Form):
    """The revision that the person saw: nobody overwrites what somebody else changed meanwhile."""

    revision = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput)


class UnmoveForm(Seen):
    """Which move is taken back."""


class MoveForm(Seen, SlotForm):
    does = "Move it"
    device = Choice(Device.objects.usable(), "unit", required=False)

    def move(self, visit):
        practitioner, starts_at = self.cleaned_data["slot"]
        return self.attempt(
            booking.move,
            "table",
            "device",
            "override",
            visit=visit,
            seen=self.cleaned_data["revision"],
            practitioner=practitioner,
            starts_at=starts_at,
        )


class ResizeForm(Seen, AllTheSame):
    """When the visit is to end: what its elastic stage can be, in steps of five minutes.

    `wanted` is the clock time ("11:05") to which somebody drew it in vain: chosen already if the visit can end then.
    """

    does = "Save it"

    ends_at = forms.TypedChoiceField(
        label="Ends at",
        coerce=lambda seconds: datetime.fromtimestamp(int(seconds), UTC),
        error_messages={"required": "Choose when it ends.", "invalid_choice": "Choose an end from the list."},
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data=None, *, visit, user, wanted=None):
        self.visit, possible = visit, ends(visit)
        chosen = next((end for end in possible if wording.clock(end, visit.zone) == wanted), visit.ends_at)
        super().__init__(data, user=user, initial={"revision": visit.revision, "ends_at": seconds(chosen)})
        self.fields["ends_at"].choices = [(seconds(end), self.label(end)) for end in possible]

    def label(self, end):
        length = (end - self.visit.starts_at) // timedelta(minutes=1)
        return f"{wording.clock(end, self.visit.zone)} ({length} minutes)"

    def resize(self):
        seen = self.cleaned_data["revision"]
        return self.attempt(booking.resize, "ends_at", "override", visit=self.visit, seen=seen)


def ends(visit):
    """Where the visit could end; nowhere if none of its stages to come is elastic."""
    stretches, begun = range(-LONGEST, LONGEST + STEP, STEP), stages_over(visit)
    found = {minutes: staging.stretched(visit.stages, minutes, begun=begun) or [] for minutes in stretches}
    return [visit.ends_at + timedelta(minutes=minutes) for minutes, stages in found.items() if lasting(stages)]


def lasting(stages):
    """Do all of the stages keep within what a stage takes?"""
    return bool(stages) and all(SHORTEST <= stage["minutes"] <= LONGEST for stage in stages)


def seconds(moment):
    return int(moment.timestamp())
