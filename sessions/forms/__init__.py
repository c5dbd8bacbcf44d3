from .count import CountForm
from .done import DoneForm, TimesForm
from .incidents import IncidentForm, MissingForm
from .items import ITEM_FORMS
from .notes import NotesForm
from .plan import AcknowledgeForm, OverrideForm, PointsForm, PositionForm, Press
from .record import AmendmentForm

__all__ = [
    "ITEM_FORMS",
    "AcknowledgeForm",
    "AmendmentForm",
    "CountForm",
    "DoneForm",
    "IncidentForm",
    "MissingForm",
    "NotesForm",
    "OverrideForm",
    "PointsForm",
    "PositionForm",
    "Press",
    "TimesForm",
]
