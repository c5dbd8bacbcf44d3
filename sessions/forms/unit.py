"""Which e-stim unit the visit of a plan gets."""

from django import forms

from sessions import equipping

from .plan import Change


class UnitForm(Change):
    verb = staticmethod(equipping.choose_unit)
    name = "unit"
    unit = forms.ModelChoiceField(
        queryset=None,
        label="Unit",
        empty_label="Choose",
        error_messages=dict.fromkeys(["required", "invalid_choice"], "Choose one of the list: unit."),
    )
    grid = ("unit",)

    def __init__(self, *args, visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = equipping.units_for(visit)
        self.fields["unit"].label_from_instance = described
        self.fields["unit"].widget.attrs["data-focus"] = True


def described(unit):
    return f"{unit.name}: {unit.channels} channels, up to {unit.max_hz} Hz"
