"""A form for each kind of row of a plan."""

from .circuit import CircuitForm
from .hands import CupForm, MovementForm, TuinaForm
from .muscle import TargetForm
from .needle import NeedleForm

ITEM_FORMS = {
    "needle": NeedleForm,
    "circuit": CircuitForm,
    "target": TargetForm,
    "cup": CupForm,
    "tuina": TuinaForm,
    "movement": MovementForm,
}
