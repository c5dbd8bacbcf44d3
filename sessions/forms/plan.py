"""Forms of the plan. Each hands one change to its verb; a refusal comes back to the field it belongs to."""

from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from clinic.errors import ClinicError
from sessions import answering, catalogue, planning
from sessions.models import (
    Angle,
    Approach,
    CupMethod,
    CupStrength,
    Manipulation,
    Mode,
    MovementKind,
    Position,
    Pressure,
    Region,
    Side,
    TuiNaTechnique,
    Waveform,
)
from sessions.refusals import PlanChanged

from .fields import MAX_VERSION, choice, decimal, text, whole

UNPROCESSABLE = 422
OUT_OF_DATE = "This page is out of date. Nothing was saved; look and do it again."
GAUGE = ("Diameter", Decimal("0.12"), Decimal("0.50"), "mm", 2)


def wide(name):
    return Div(name, css_class="fields__wide")


class Change(forms.Form):
    """One change to a plan, with the version of the plan that was on the screen when it was typed.

    After `save` returned None, `status` is the HTTP status to answer with: 422 for what a field can mend, else the
    refusal's own.
    """

    version = forms.IntegerField(
        min_value=0,
        max_value=MAX_VERSION,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], OUT_OF_DATE),
    )
    name = "change"
    grid = ()
    verb = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id=f"id_{self.name}_%s", **kwargs)
        self.status, self.is_clash = UNPROCESSABLE, False
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Div(*self.grid, css_class="fields"))

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


class PointsForm(Change):
    """Several points at once, as they are spoken: `li4 lr3 st36 b/l`."""

    verb = staticmethod(planning.add_points)
    name = "points"
    text = text("Points", 500, error_messages={"required": "Type a point, such as LI4 or hegu."})

    def refuse(self, refusal):
        """Whatever is wrong with the points is wrong with what was typed; a clash is about the plan."""
        refusal.field = refusal.field or ("text" if type(refusal) is ClinicError else None)
        super().refuse(refusal)


class ItemForm(Change):
    """A row of the plan: `item` is the one to edit, without it the form adds one."""

    adds = None

    def __init__(self, *args, ends=(), item=None, **kwargs):
        self.item = item
        kwargs.setdefault("initial", self.shown(item) if item else {})
        super().__init__(*args, **kwargs)
        self.set_ends(ends)
        if "muscle" not in self.fields:
            self.fields[self.grid[0]].widget.attrs["data-focus"] = True

    def set_ends(self, ends):
        """Only circuits have ends to choose from."""

    def shown(self, item):
        return {name: getattr(item, name) for name in self.base_fields if hasattr(item, name)}

    @property
    def verb(self):
        return planning.edit_item if self.item else self.adds

    def arguments(self):
        return {"item": self.item, "changes": self.values()} if self.item else {"fields": self.values()}


class NeedleForm(ItemForm):
    """Points are added in shorthand; this edits the particulars of one."""

    name = "needle"
    side = choice("Side", Side.choices)
    length_mm = whole("Length", 7, 125, "mm")
    gauge_mm = decimal(*GAUGE)
    depth_mm = whole("Depth", 1, 125, "mm", required=False)
    angle = choice("Angle", Angle.choices)
    manipulation = choice("Manipulation", Manipulation.choices)
    retention_min = whole("Retention", 0, 60, "min")
    site = text("Exact site", 80, required=False)
    grid = ("side", "length_mm", "gauge_mm", "depth_mm", "angle", "manipulation", "retention_min", wide("site"))


class CircuitForm(ItemForm):
    """Two ends out of the needled sites of this plan, and the current between them."""

    adds = staticmethod(planning.add_circuit)
    name = "circuit"
    needle_a = choice("From", [])
    needle_b = choice("To", [])
    mode = choice("Mode", Mode.choices)
    low_hz = decimal("Frequency", 1, 150, "Hz", initial=2)
    high_hz = decimal("Second frequency", 1, 150, "Hz", required=False)
    pulse_us = whole("Pulse width", 100, 700, "µs", initial=200)
    minutes = whole("Time", 1, 45, "min", initial=20)
    waveform = choice("Waveform", Waveform.choices)
    grid = ("needle_a", "needle_b", "mode", "low_hz", "high_hz", "minutes", "pulse_us", wide("waveform"))

    def set_ends(self, ends):
        """`ends` are the editor's sites: where a clip can sit."""
        self.sites = {site.key: site for site in ends}
        for name in ("needle_a", "needle_b"):
            self.fields[name].choices = [("", "Choose"), *((site.key, site.label) for site in ends)]

    def shown(self, item):
        ends = {"needle_a": f"{item.needle_a_id}-{item.side_a}", "needle_b": f"{item.needle_b_id}-{item.side_b}"}
        return super().shown(item) | ends

    def values(self):
        values = super().values()
        for end in "ab":
            site = self.sites[values[f"needle_{end}"]]
            values |= {f"needle_{end}": site.needle, f"side_{end}": site.side}
        return values


class TargetForm(ItemForm):
    adds = staticmethod(planning.add_target)
    name = "target"
    muscle = text("Muscle", 80, error_messages={"required": "Type a muscle, such as upper trapezius."})
    side = choice("Side", [("", "Choose"), *Side.choices])
    approach = choice("Approach", Approach.choices)
    length_mm = whole("Length", 7, 125, "mm", initial=40)
    gauge_mm = decimal(*GAUGE, initial=Decimal("0.30"))
    passes = whole("Passes", 1, 20, initial=3)
    grid = ("side", "approach", "length_mm", "gauge_mm", "passes")

    def clean_muscle(self):
        """Its name, its code, or enough letters to mean one muscle only."""
        typed = self.cleaned_data["muscle"]
        found = list(catalogue.find_muscles(typed, limit=4))
        exact = [muscle for muscle in found if typed.casefold() in (muscle.name.casefold(), muscle.code)]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise forms.ValidationError("No muscle is called that. Type a few letters and choose one of the list.")
        names = ", ".join(muscle.name for muscle in found[:3])
        raise forms.ValidationError(f"That could be {names}. Choose one.")


class CupForm(ItemForm):
    adds = staticmethod(planning.add_cups)
    name = "cup"
    region = choice("Region", [("", "Choose"), *Region.choices])
    side = choice("Side", Side.choices, initial=Side.BOTH)
    method = choice("Method", CupMethod.choices)
    strength = choice("Strength", CupStrength.choices)
    cups = whole("Cups", 1, 20, initial=2)
    minutes = whole("Time", 1, 30, "min", initial=5)
    grid = ("region", "side", "method", "strength", "cups", "minutes")


class TuinaForm(ItemForm):
    adds = staticmethod(planning.add_tuina)
    name = "tuina"
    region = choice("Region", [("", "Choose"), *Region.choices])
    side = choice("Side", Side.choices, initial=Side.BOTH)
    technique = choice("Technique", TuiNaTechnique.choices)
    pressure = choice("Pressure", Pressure.choices)
    minutes = whole("Time", 1, 60, "min", initial=10)
    grid = ("region", "side", "technique", "pressure", "minutes")


class MovementForm(ItemForm):
    adds = staticmethod(planning.add_movement)
    name = "movement"
    kind = choice("Kind", MovementKind.choices)
    instruction = text("What to do", 300, error_messages={"required": "Say what to do."})
    minutes = whole("Time", 1, 60, "min", initial=5)
    home = text("At home", 300, required=False)
    grid = ("kind", "minutes", wide("instruction"), wide("home"))


ITEM_FORMS = {
    "needle": NeedleForm,
    "circuit": CircuitForm,
    "target": TargetForm,
    "cup": CupForm,
    "tuina": TuinaForm,
    "movement": MovementForm,
}
