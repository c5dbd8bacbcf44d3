from .count import CountForm
from .done import DoneForm, TimesForm
from .following import FollowUpForm
from .handing import HandoverForm, RemovalForm
from .incidents import IncidentForm, MissingForm
from .items import ITEM_FORMS
from .notes import NotesForm
from .plan import AcknowledgeForm, MoveForm, OverrideForm, PointsForm, PositionForm, Press
from .record import AmendmentForm
from .unit import UnitForm

__all__ = [
    "ITEM_FORMS",
    "AcknowledgeForm",
    "AmendmentForm",
    "CountForm",
    "DoneForm",
    "FollowUpForm",
    "HandoverForm",
    "IncidentForm",
    "MissingForm",
    "MoveForm",
    "NotesForm",
    "OverrideForm",
    "PointsForm",
    "PositionForm",
    "Press",
    "RemovalForm",
    "TimesForm",
    "UnitForm",
]
