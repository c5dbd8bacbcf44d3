"""Health facts: recorded, ended, marked as an error, taken back. Nothing is deleted."""

import pghistory
from django.db import IntegrityError, transaction

from clinic.errors import ClinicError
from patients.models import HealthFact


def record(*, patient, by, code, region="", since=None, until=None, due_date=None, detail=""):
    """Put a fact on record and return it; a second press of the button returns the first one's.

    Raises ClinicError if a fact of this kind is open already.
    """
    told = {"code": code, "region": region, "since": since, "until": until, "due_date": due_date, "detail": detail}
    same = patient.facts.filter(**told, entered_in_error=False)
    return same.first() or written(lambda: HealthFact.objects.create(patient=patient, recorded_by=by, **told), by=by)


def end(*, fact, until, by):
    """The fact holds until this day, the day included."""
    if fact.since and until < fact.since:
        raise ClinicError("This is before the fact began.", field="until")
    changed(fact, by=by, was={"until__isnull": True, "entered_in_error": False}, until=until)


def withdraw(*, fact, by):
    """The fact was never so: it counts for nothing from now on, and stays on record as an error."""
    changed(fact, by=by, was={"entered_in_error": False}, entered_in_error=True)


def reopen(*, fact, by):
    """Take an end or a withdrawal back."""
    still = HealthFact.objects.filter(pk=fact.pk)
    written(lambda: still.update(until=None, entered_in_error=False), by=by)


def changed(fact, *, was, by, **values):
    """Compare and swap: whoever comes second hears of it."""
    with transaction.atomic(), pghistory.context(user=by.pk):
        if not HealthFact.objects.filter(pk=fact.pk, **was).update(**values):
            raise ClinicError("Somebody changed this fact a moment ago. Nothing was changed now. Load the page again.")


def written(write, *, by):
    try:
        with transaction.atomic(), pghistory.context(user=by.pk):
            return write()
    except IntegrityError as error:
        if "one_open_fact_of_a_kind" not in str(error):
            raise
        raise ClinicError(
            "This is on record already. End it first if something about it changed.", field="code"
        ) from error
