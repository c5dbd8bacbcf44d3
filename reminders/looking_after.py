"""What people do about patients' answers: somebody asks to be called, somebody gets another person's mail."""

import logging

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.text import get_text_list

from clinic.errors import ClinicError
from patients.models import Patient
from reminders.handling import AlreadyHandled
from reminders.models import Answer, AnswerKind

logger = logging.getLogger(__name__)
NAMED = 4  # of the people who share an address
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
    """Write down the right address of the patient and of whoever shares the wrong one: once the answer is looked after,
    they would be written to at the stranger's. The links that went there end by themselves. Returns these people, the
    patient first."""
    mine = Q(pk=answer.patient_id) | Q(pk__in=sharing([answer]))
    people = list(Patient.objects.select_for_update(no_key=True).filter(mine).order_by("pk"))
    if to == answer.address:
        raise SameAddress("This is the address that is somebody else's. Write another one.", field="to")
    look_after(answer=answer, by=by)
    with pghistory.context(user=by.pk):
        for patient in people:
            if patient.email != to:
                patient.email = to
                patient.save(update_fields=["email"])
    return sorted(people, key=lambda patient: patient.pk != answer.patient_id)


def sharing(answers):
    """Whoever has one of the addresses that these answers say are somebody else's."""
    wrong = {answer.address for answer in answers if answer.kind == AnswerKind.NOT_ME} - {""}
    return Patient.objects.filter(email__in=wrong, merged_into=None)


def names(people):
    """ "Ana Ortiz", "Ana Ortiz and Ben Ortiz", "Ana Ortiz, Ben Ortiz and 200 others": a home may share one address."""
    shown, more = people[:NAMED], len(people[NAMED:])
    others = [f"{more} other{'s' if more > 1 else ''}"] if more else []
    return get_text_list([*(patient.name for patient in shown), *others], "and")
