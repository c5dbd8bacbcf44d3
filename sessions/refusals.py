"""What the sessions' verbs say no with, and what the database's own refusals mean in words."""

from contextlib import contextmanager
from functools import cache

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import BaseConstraint

from clinic.errors import ClinicError

SIGNED = "This session is signed and never changes. Add an amendment instead."
TRIGGERS = {
    "signed_never_changes": SIGNED,
    "needles_are_counted": "Needles in and out differ. Find the missing one or report it missing.",
    "everything_is_charted": "A row of the plan has no outcome yet. Say what was done.",
    "circuit_stays_in_its_plan": "A circuit joins two needles of this plan. Choose them again.",
    "electrode_sits_on_a_needle": "That side of the point is not needled. Choose a needled side.",
    "event_stays_in_its_plan": "That needle is not in this plan. Choose one of this session.",
}


class SignedAlready(ClinicError):
    """Nothing in the plan changes any more."""

    def __init__(self):
        super().__init__(SIGNED)


class PlanChanged(ClinicError):
    """Somebody else saved first; nothing of this change was kept."""


class FieldChanged(ClinicError):
    """Somebody else wrote into these very fields, {name: sentence}; both texts must be looked at."""

    def __init__(self, told):
        field = next(iter(told))
        super().__init__(told[field], field=field)
        self.told = told


class Unanswered(ClinicError):
    """Safety findings stand open. `findings` are those without a valid answer."""

    def __init__(self, sentence, findings):
        super().__init__(sentence)
        self.findings = findings


class Shortfall(ClinicError):
    """Needles in are not the needles accounted for."""


class Busy(ClinicError):
    """Somebody has the plan locked, and whoever asks must not wait for it."""


class StaysCompleted(ClinicError):
    """A completed visit is not opened again."""


@contextmanager
def in_words():
    """One transaction; a constraint or trigger that refuses it becomes its sentence. Unknown ones stay loud."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        sentence = sentences().get(broken(error))
        if sentence is None:
            raise
        raise ClinicError(sentence) from error


def broken(error):
    """The name of the constraint that an IntegrityError is about, or None."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


@cache
def sentences():
    """{constraint name: sentence} of our models and triggers."""
    default = BaseConstraint.default_violation_error_message
    found = {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_app_config("clinic_sessions").get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != default
    }
    return found | TRIGGERS
