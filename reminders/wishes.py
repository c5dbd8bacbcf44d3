"""Which messages a patient has opted out of, as the front desk reads it: a message that is not wanted leaves no row."""

import logging

import pghistory
from django.db import transaction

from patients.models import Patient
from reminders.models import Kind, OptOut

logger = logging.getLogger(__name__)
WORDS = {
    Kind.REMINDER: "reminders",
    Kind.BEFORE: "how to prepare",
    Kind.AFTERCARE: "advice after a visit",
    Kind.HOW_ARE_YOU: "how are you",
    Kind.NO_SHOW: "a word after a missed visit",
}


def unwanted(patient):
    """[(kind, in words)] of what the patient does not want by choice. `wants_reminders` off ends all of them."""
    refused = set(OptOut.objects.filter(patient=patient).values_list("kind", flat=True))
    return [(kind, words) for kind, words in WORDS.items() if kind in refused]


@transaction.atomic
def switch_on(*, patient, kind, by):
    """The patient has said to the front desk that they want it again. Once is enough."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    with pghistory.context(user=by.pk):
        OptOut.objects.filter(patient=patient, kind=kind).delete()
    logger.info("patient %s gets messages of kind %s again, by user %s", patient.pk, kind, by.pk)


@transaction.atomic
def switch_off(*, patient, kind, by):
    """Take `switch_on` back."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    with pghistory.context(user=by.pk):
        OptOut.objects.get_or_create(patient=patient, kind=kind)
    logger.info("patient %s gets no messages of kind %s, by user %s", patient.pk, kind, by.pk)
