"""A muscle to be needled dry."""

from decimal import Decimal

from django import forms

from sessions import catalogue, planning
from sessions.models import Approach, Side

from .fields import choice, decimal, text, whole
from .item import GAUGE, ItemForm, wide


class TargetForm(ItemForm):
    adds = staticmethod(planning.add_target)
    name = "target"
    muscle = text("Muscle", 80, error_messages={"required": "Type a muscle, such as upper trapezius."})
    side = choice("Side", [("", "Choose"), *Side.choices])
    site = text("Trigger point", 80, required=False)
    approach = choice("Approach", Approach.choices)
    length_mm = whole("Length", 7, 125, "mm", initial=40)
    gauge_mm = decimal(*GAUGE, initial=Decimal("0.30"))
    passes = whole("Passes", 1, 20, initial=3)
    grid = ("side", wide("site"), "approach", "length_mm", "gauge_mm", "passes")
    lists = {
        "trigger-sites": ("middle of the belly", "upper part", "lower part", "inner edge", "outer edge", "taut band")
    }

    def set_up(self):
        self.fields["site"].widget.attrs["list"] = "trigger-sites"

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
