"""Taking a time that was offered, or one that was typed and needs a written reason."""

from django import forms

from clinic.errors import ClinicError
from clinic.models import Table
from scheduling.errors import SlotTaken
from scheduling.finding import FreeTime
from scheduling.forms.fields import Choice, Line, SlotField
from scheduling.placing import where

BUTTON = "all_the_same"  # its value is the slot that was refused
NO_REASON = "Write why it is done all the same. Whoever looks at the visit reads it."


class Asking(forms.Form):
    """Asks a verb and keeps its refusal for the page."""

    refusal = None  # the ClinicError, once one was raised

    def __init__(self, data=None, *, user, **options):
        super().__init__(data, **options)
        self.user = user

    def attempt(self, verb, *names, **wanted):
        """What the verb returns with those fields, or None with the refusal kept for the page."""
        try:
            return verb(by=self.user, **{name: self.cleaned_data[name] for name in names}, **wanted)
        except ClinicError as refusal:
            self.refusal = refusal
            return None

    @property
    def status(self):
        """Of the answer that shows this form."""
        return self.refusal.status if self.refusal else 200


class AllTheSame(Asking):
    """Asks again with a written reason if that lets it pass."""

    override = Line("reason", label="Why it is done all the same")

    def clean_override(self):
        reason = self.cleaned_data["override"] if self.is_forced else ""
        if self.is_forced and not reason:
            raise forms.ValidationError(NO_REASON)
        return reason

    @property
    def is_forced(self):
        return bool(self.data.get(BUTTON))

    @property
    def can_be_forced(self):
        """Would a written reason let it pass?"""
        return getattr(self.refusal, "overridable", False) if self.refusal else self.is_forced

    @property
    def may_force(self):
        return self.user.has_perm("scheduling.override_hours")


class SlotForm(AllTheSame):
    """`slot` is what was chosen, or what the button `all_the_same` brings."""

    slot = SlotField()
    table = Choice(Table.objects.active().select_related("location"), "table", required=False)

    def __init__(self, data=None, **options):
        if data and data.get(BUTTON):
            data = data.copy()
            data["slot"] = data[BUTTON]
        super().__init__(data, **options)

    @property
    def to_force(self):
        """The time that a written reason would get, or None."""
        return self.wanted if self.can_be_forced and "slot" in self.cleaned_data else None

    @property
    def lost(self):
        """The time that was offered and is taken by now, or None."""
        return self.wanted if isinstance(self.refusal, SlotTaken) and not self.is_forced else None

    @property
    def wanted(self):
        practitioner, start = self.cleaned_data["slot"]
        return FreeTime(start, start, practitioner, where(practitioner, start))
