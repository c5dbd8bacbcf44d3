"""Forms of the plan. Each hands one change to its verb; a refusal comes back to the field it belongs to."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from clinic.errors import ClinicError
from sessions import answering, planning, prescribing
from sessions.models import Position
from sessions.refusals import PlanChanged

from .fields import MAX_VERSION, choice, text

UNPROCESSABLE = 422
OUT_OF_DATE = "This page is out of date. Nothing was saved; look and do it again."
OUT_OF_DATE_FIELD = dict.fromkeys(["required", "invalid", "min_value", "max_value"], OUT_OF_DATE)


class Change(forms.Form):
    """One change to a plan, with the version of the plan that was on the screen when it was typed.

    After `save` returned None, `status` is the HTTP status to answer with: 422 for what a field can mend, else the
    refusal's own.
    """

    version = forms.IntegerField(
        min_value=0,
        max_value=MAX_VERSION,
        widget=forms.HiddenInput,
        error_messages=OUT_OF_DATE_FIELD,
    )
    name = "change"
    grid = ()
    verb = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id=f"id_{self.name}_%s", **kwargs)
        self.status, self.is_clash = UNPROCESSABLE, False

    @property
    def helper(self):
        """For the fields that there are: a form may have taken some out."""
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        there = [one for one in self.grid if not isinstance(one, str) or one in self.fields]
        helper.layout = Layout(Div(*there, css_class="fields"))
        return helper

    def values(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def arguments(self):
        """What the verb gets besides the plan, its version and the person."""
        return self.values()

    def compared(self):
        return {"version": self.cleaned_data["version"]}

    def save(self, *, plan, by):
        """What the verb returns; None if the form or the verb refused, and then the form says why."""
        if not self.is_valid():
            return None
        try:
            return self.verb(plan=plan, by=by, **self.compared(), **self.arguments())
        except ClinicError as refusal:
            self.refuse(refusal)
            return None

    def refuse(self, refusal):
        at_field = refusal.field in self.fields
        self.status = UNPROCESSABLE if at_field else refusal.status
        self.is_clash = isinstance(refusal, PlanChanged)
        self.add_error(refusal.field if at_field else None, str(refusal))

    def take_refusal(self):
        """What belongs to no field a person sees: it is shown above the plan instead of in the form."""
        about_all = [*self.errors.pop("__all__", []), *self.errors.pop("version", [])]
        return " ".join(about_all)


class Press(Change):
    """A button: nothing but the version. `also` goes to the verb as it is."""

    def __init__(self, *args, verb, **also):
        super().__init__(*args)
        self.verb, self.also = verb, also

    def arguments(self):
        return self.also


class AcknowledgeForm(Change):
    """The answer to a warning. It is given to a finding's fingerprint, not to a version of the plan."""

    verb = staticmethod(answering.acknowledge)
    version = None
    fingerprint = forms.CharField(max_length=64, error_messages=dict.fromkeys(["required", "max_length"], OUT_OF_DATE))

    def compared(self):
        return {}


class OverrideForm(AcknowledgeForm):
    """The answer to a block."""

    verb = staticmethod(answering.override)
    reason = text(
        "The reason", 2_000, rows=2, error_messages={"required": "Write why, so that a colleague would understand it."}
    )


class PositionForm(Change):
    verb = staticmethod(planning.set_position)
    name = "position"
    position = choice("Position", Position.choices)


class MoveForm(Change):
    """A row is dropped at another place among its kind."""

    verb = staticmethod(planning.move_item)
    name = "move"
    to = forms.IntegerField(min_value=0, max_value=prescribing.MOST_NEEDLE_ROWS, error_messages=OUT_OF_DATE_FIELD)

    def __init__(self, *args, item):
        super().__init__(*args)
        self.item = item

    def arguments(self):
        return {"item": self.item, **self.values()}

    def take_refusal(self):
        """Its field is nowhere to be seen."""
        return " ".join(filter(None, [*[*self.errors.pop("to", [])][:1], super().take_refusal()]))


class PointsForm(Change):
    """Several points at once, as they are spoken: `li4 lr3 st36 b/l`."""

    verb = staticmethod(planning.add_points)
    name = "points"
    text = text("Points", 500, error_messages={"required": "Type a point, such as LI4 or hegu."})

    def refuse(self, refusal):
        """Whatever is wrong with the points is wrong with what was typed; a clash is about the plan."""
        refusal.field = refusal.field or ("text" if type(refusal) is ClinicError else None)
        super().refuse(refusal)
