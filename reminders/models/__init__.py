"""What we tell patients. What is due is found by query, never scheduled: see docs/decisions/found-not-scheduled.md."""

from .answers import Answer, AnswerKind, OptOut
from .letters import Letter
from .messages import FAILURES, NEEDING_ACTION, UNDER_WAY, Message, Notice, StaffNotice, State
from .rules import InDoubt, Kind, Rule, RuleService

__all__ = [
    "FAILURES",
    "NEEDING_ACTION",
    "UNDER_WAY",
    "Answer",
    "AnswerKind",
    "InDoubt",
    "Kind",
    "Letter",
    "Message",
    "Notice",
    "OptOut",
    "Rule",
    "RuleService",
    "StaffNotice",
    "State",
]
