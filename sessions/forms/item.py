"""What the forms of a plan's rows share. `adds` is the verb that makes a row; with an `item` the form edits it."""

import json
from decimal import Decimal

from crispy_forms.layout import Div, Field
from django import forms

from sessions import planning
from sessions.models import NeuralTarget
from sessions.parts import Around

from .fields import choice, text
from .seen import Seen

GAUGE = ("Diameter", Decimal("0.12"), Decimal("0.50"), "mm", 2)


def wide(name):
    return Div(name, css_class="fields__wide")


def row(*names):
    return Div(*names, css_class="fields__row")


def with_script(name):
    """A field that only a script gives a meaning."""
    return Field(name, wrapper_class="with-script")


def neural_target():
    return choice("Neural target", [("", "None"), *NeuralTarget.choices], required=False)


def neural_level():
    return text("Level", 40, required=False)


class Options(forms.Select):
    """A list whose options carry more than their value: `more` is {value: attributes}."""

    more = {}

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= self.more.get(str(value), {})
        return option


def ready(field, offered):
    """Let `field` be a list of ready settings, each with its name, the `values` that it fills and what is `told`."""
    field.widget = Options()
    field.choices = [("", "None of these"), *((it.key, it.name) for it in offered)]
    field.widget.more = {it.key: {"data-fill": filling(it.values), "data-told": it.told} for it in offered}


def filling(values):
    """`values` as the script puts them into the fields of those names."""
    return json.dumps({name: "" if value is None else str(value) for name, value in values.items()})


class ItemForm(Seen):
    """A row of the plan: `item` is the one to edit, without it the form adds one. `around` is the plan it stands in."""

    adds = None
    lists = {}
    suggestions = ()

    def __init__(self, *args, around=None, item=None, **kwargs):
        self.item, self.around = item, around or Around()
        super().__init__(*args, initial=self.shown(item) if item else self.proposed(), **kwargs)
        self.set_up()
        self.fields[self.first()].widget.attrs["data-focus"] = True

    def set_up(self):
        """What depends on the plan that the row stands in."""

    def first(self):
        """The field that a person wants to be in when the form opens."""
        return next(name for name in self.fields if name != "version")

    def proposed(self):
        """What a new row starts with, beside the defaults of its fields."""
        return {}

    def shown(self, item):
        return {name: getattr(item, name) for name in self.base_fields if hasattr(item, name)}

    @property
    def verb(self):
        return planning.edit_item if self.item else self.adds

    def arguments(self):
        if not self.item:
            return {"fields": self.values()}
        return {"item": self.item, "changes": self.changes(), "seen": self.seen()}


class Suggested:
    """A suggestion of the catalogue as a form offers it."""

    def __init__(self, suggestion):
        self.code, self.note, self.source = suggestion.code, suggestion.note, suggestion.told
        self.words = ", ".join(filter(None, [NeuralTarget(suggestion.target).label, suggestion.level]))
        self.fill = filling({"neural_target": suggestion.target, "neural_level": suggestion.level})
