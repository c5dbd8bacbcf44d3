"""The rows without a needle: cups, hands, breath and movement."""

from crispy_forms.bootstrap import InlineCheckboxes
from django import forms

from clinic.errors import ClinicError
from sessions import catalogue, exercises, planning
from sessions.models import (
    CupMethod,
    CupStrength,
    MovementKind,
    Pressure,
    Region,
    Side,
    TuiNaTechnique,
)

from .fields import choice, several, text, whole
from .item import ItemForm, ready, row, wide


class CupForm(ItemForm):
    adds = staticmethod(planning.add_cups)
    name = "cup"
    region = choice("Region", [("", "Choose"), *Region.choices])
    side = choice("Side", Side.choices, initial=Side.BOTH)
    site = text("Exact site", 80, required=False)
    method = choice("Method", CupMethod.choices)
    strength = choice("Strength", CupStrength.choices)
    cups = whole("Cups", 1, 20, initial=2)
    minutes = whole("Time", 1, 30, "min", initial=5)
    grid = ("region", "side", wide("site"), "method", "strength", "cups", "minutes")


class TuinaForm(ItemForm):
    """On a region, or on a point, whose region then is the step's."""

    adds = staticmethod(planning.add_tuina)
    name = "tuina"
    region = choice("Region", [("", "Choose"), *Region.choices], required=False)
    point = text("Or a point", 40, required=False)
    side = choice("Side", Side.choices, initial=Side.BOTH)
    technique = choice("Technique", TuiNaTechnique.choices)
    pressure = choice("Pressure", Pressure.choices)
    minutes = whole("Time", 1, 60, "min", initial=10)
    further = several("Further techniques", TuiNaTechnique.choices, required=False)
    grid = ("region", "point", "side", "technique", "pressure", "minutes", row(InlineCheckboxes("further")))

    def shown(self, item):
        return super().shown(item) | {"point": item.point.code if item.point else ""}

    def clean_point(self):
        """A code or a name, as in the box for points."""
        typed = self.cleaned_data["point"]
        if not typed:
            return None
        try:
            found = catalogue.read(typed)
        except ClinicError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if len(found) > 1:
            raise forms.ValidationError("One point a step. Add another step for the next one.")
        [(point, _)] = found
        return point

    def clean(self):
        """The point says where: its region, and the midline if it lies there."""
        point = self.cleaned_data.get("point")
        if point:
            self.cleaned_data["region"] = point.region
            if not (point.bilateral or point.is_free):
                self.cleaned_data["side"] = Side.MIDLINE
        elif not (self.cleaned_data.get("region") or self.errors):
            self.add_error("region", "Choose a region, or type a point.")
        return self.cleaned_data


class MovementForm(ItemForm):
    """What to do in the room and, if anything, at home. A ready exercise fills what is left empty."""

    adds = staticmethod(planning.add_movement)
    name = "movement"
    exercise = choice("Ready exercise", [], required=False)
    kind = choice("Kind", MovementKind.choices)
    minutes = whole("Time", 1, 60, "min", initial=5)
    instruction = text("What to do", 300, required=False)
    home = text("At home", 300, required=False)
    grid = (wide("exercise"), "kind", "minutes", row("instruction"), row("home"))

    def set_up(self):
        offered, field = exercises.ready(), self.fields["exercise"]
        ready(field, offered.values())
        field.help_text = "Fills the lines below, which you can change."

    def clean(self):
        found = exercises.ready().get(self.cleaned_data.get("exercise"))
        if not self.cleaned_data.get("instruction") and "instruction" not in self.errors:
            if found:
                self.cleaned_data |= found.values
            else:
                self.add_error("instruction", "Say what to do.")
        return self.cleaned_data

    def values(self):
        return {name: value for name, value in super().values().items() if name != "exercise"}
