from .catalogue import Muscle, Point
from .incidents import AdverseEvent, FindingResponse
from .items import (
    CuppingSite,
    DryNeedlingTarget,
    EstimCircuit,
    MovementStep,
    NeedlePoint,
    Outcome,
    Side,
    TuiNaStep,
)
from .plan import Note, PlanStatus, Position, SessionPlan
from .record import Amendment, SignedRecord

__all__ = [
    "AdverseEvent",
    "Amendment",
    "CuppingSite",
    "DryNeedlingTarget",
    "EstimCircuit",
    "FindingResponse",
    "MovementStep",
    "Muscle",
    "NeedlePoint",
    "Note",
    "Outcome",
    "PlanStatus",
    "Point",
    "Position",
    "SessionPlan",
    "Side",
    "SignedRecord",
    "TuiNaStep",
]
