"""Forms of the rows of a plan: one each kind. `adds` is the verb that makes a row; with an `item` the form edits it."""

from decimal import Decimal

from crispy_forms.layout import Div
from django import forms

from sessions import catalogue, planning
from sessions.models import (
    Angle,
    Approach,
    CupMethod,
    CupStrength,
    Manipulation,
    Mode,
    MovementKind,
    Pressure,
    Region,
    Side,
    TuiNaTechnique,
    Waveform,
)

from .fields import choice, decimal, text, whole
from .plan import Change

GAUGE = ("Diameter", Decimal("0.12"), Decimal("0.50"), "mm", 2)


def wide(name):
    return Div(name, css_class="fields__wide")


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
