"""Another pair of hands: who takes the session over, and needles that come out after their session."""

from django import forms

from clinic.errors import ClinicError
from sessions import handing_over, removing

from .fields import choice, day, text
from .plan import UNPROCESSABLE
from .typed import Typed


class HandoverForm(Typed):
    """To whom, and what was said."""

    handover_to = choice("To", [])
    handover_said = text("What you said", 500, required=False)

    def __init__(self, data=None, *, takers=()):
        super().__init__(data)
        self.users = {str(each.user_id): each.user for each in takers}
        names = [(str(each.user_id), each.name) for each in takers]
        self.fields["handover_to"].choices = [("", "Choose"), *names]

    def save(self, *, plan, version, by):
        """A handover compares no version: it changes nothing that is typed."""
        if not self.is_valid():
            return None
        to, said = self.users[self.cleaned_data["handover_to"]], self.cleaned_data["handover_said"]
        try:
            handing_over.hand_over(plan=plan, to=to, said=said, by=by)
        except ClinicError as refusal:
            self.refuse(refusal, f"handover_{refusal.field}")
            return None
        return version


class RemovalForm(forms.Form):
    """When needles that were left in place came out. Several stand on one page: `needle` tells them apart."""

    status = UNPROCESSABLE
    removed_on = day("Out on")
    note = text("Note", 300, required=False)

    def __init__(self, data=None, *, needle, today):
        super().__init__(data, auto_id=f"id_%s_{needle.pk}", initial={"removed_on": today})
        self.needle, self.today = needle, today
        self.fields["removed_on"].error_messages["required"] = "Write the date they came out."

    @property
    def is_overdue(self):
        return self.needle.remove_on < self.today

    def save(self, *, by):
        """The LeftOut, or None if it was refused."""
        if not self.is_valid():
            return None
        try:
            return removing.remove(needle=self.needle, by=by, **self.cleaned_data)
        except ClinicError as refusal:
            self.status = refusal.status
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
            return None
