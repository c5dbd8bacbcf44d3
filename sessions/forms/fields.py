"""Fields as the plan and the chart use them: small, with our own words, typed text kept as it was typed."""

from django import forms
from django.utils.text import capfirst

MAX_VERSION = 2**31 - 1


class Typed(forms.TextInput):
    """Not type=number: a browser drops what it can't read, and so would the page that comes back."""

    def __init__(self, mode="numeric", **attrs):
        super().__init__(attrs={"inputmode": mode, "autocomplete": "off", **attrs})


def named(label, unit):
    return f"{label} ({unit})" if unit else label


def whole(label, low, high, unit="", **options):
    """A whole number from `low` to `high`."""
    sentence = f"{label} is a whole number from {low} to {high}{unit and ' ' + unit}."
    return forms.IntegerField(
        label=named(label, unit),
        min_value=low,
        max_value=high,
        widget=Typed(),
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], sentence),
        **options,
    )


def decimal(label, low, high, unit="", places=1, **options):
    """A number from `low` to `high` with up to `places` decimals."""
    sentence = f"{label} is a number from {low} to {high}{unit and ' ' + unit}."
    decimals = f"{label} has {places} decimal{'s' if places > 1 else ''} at most."
    codes = ["required", "invalid", "min_value", "max_value", "max_digits", "max_whole_digits"]
    return forms.DecimalField(
        label=named(label, unit),
        min_value=low,
        max_value=high,
        decimal_places=places,
        widget=Typed("decimal"),
        error_messages=dict.fromkeys(codes, sentence) | {"max_decimal_places": decimals},
        **options,
    )


def text(label, longest, rows=0, **options):
    """A line, or with `rows` a box, of up to `longest` characters."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    too_long = f"{label} holds up to {longest:,} characters, and this is %(show_value)s. Shorten it."
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=widget,
        error_messages={"max_length": too_long, "null_characters_not_allowed": f"{label} holds a zero byte. Remove it."}
        | options.pop("error_messages", {}),
        **options,
    )


def choice(label, choices, **options):
    """One of `choices`, whose words begin with a capital here: on the page they stand in mid-sentence."""
    choices = [(value, capfirst(words)) for value, words in choices]
    missing = {"required": f"Choose: {label.lower()}.", "invalid_choice": f"Choose one of the list: {label.lower()}."}
    return forms.ChoiceField(label=label, choices=choices, error_messages=missing, **options)


def several(label, choices, **options):
    """Any of `choices`, to be ticked."""
    choices = [(value, capfirst(words)) for value, words in choices]
    unknown = dict.fromkeys(["invalid_choice", "invalid_list"], f"Choose of the list: {label.lower()}.")
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, error_messages=unknown, **options)


def day(label, **options):
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the date as 2030-05-14."},
        **options,
    )
