"""What people do about patients' answers: somebody asks to be called, somebody gets another person's mail."""

import logging

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from clinic.errors import ClinicError
from patients.models import Patient
from reminders.handling import AlreadyHandled
from reminders.models import Answer, AnswerKind

logger = logging.getLogger(__name__)
LOOKED_AFTER = "Somebody has looked after this answer already. Nothing was changed."


class SameAddress(ClinicError):
    """The correction corrects nothing."""


class AnsweredAgain(ClinicError):
    """The same was answered once more meanwhile."""


def most_urgent_first(answers):
    """Open answers: who asks to be called stands before who got another's mail, the longest waiting first."""
    urgent = Case(When(kind=AnswerKind.URGENT, then=Value(0)), default=Value(1))
    people = answers.open().select_related("patient", "visit__table__location", "visit__practitioner")
    return people.order_by(urgent, "came_at", "pk")


def look_after(*, answer, by):
    """The patient was called; or the address was found to be right."""
    if not Answer.objects.filter(pk=answer.pk).open().update(handled_by=by, handled_at=timezone.now()):
        raise AlreadyHandled(LOOKED_AFTER)
    logger.info("answer %s looked after by user %s", answer.pk, by.pk)


def reopen(*, answer, by):
    """Take `look_after` back."""
    try:
        with transaction.atomic():
            Answer.objects.filter(pk=answer.pk).update(handled_by=None, handled_at=None)
    except IntegrityError:
        raise AnsweredAgain("The same was answered again meanwhile. That answer is open.") from None
    logger.info("answer %s opened again by user %s", answer.pk, by.pk)


@transaction.atomic
def correct_address(*, answer, to, by):
    """Write down the patient's right address. The links that went to the wrong one end with it, by themselves."""
    patient = Patient.objects.select_for_update(no_key=True).get(pk=answer.patient_id)
    if to == answer.address:
        raise SameAddress("This is the address that is somebody else's. Write another one.", field="to")
    look_after(answer=answer, by=by)
    if patient.email != to:
        patient.email = to
        with pghistory.context(user=by.pk):
            patient.save(update_fields=["email"])
    return patient
