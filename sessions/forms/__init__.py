from .chart import CountForm, DoneForm, IncidentForm, MissingForm, NotesForm, TimesForm
from .plan import ITEM_FORMS, AcknowledgeForm, OverrideForm, PointsForm, PositionForm, Press
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
