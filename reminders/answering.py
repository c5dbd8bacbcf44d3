"""What patients answer through a link: how they are, and that a message reached somebody else."""

from django.db import transaction

from reminders.models import Answer, AnswerKind
from scheduling import claiming


@transaction.atomic
def answer(*, visit, kind):
    """How the patient is since that visit. Another answer is another row; the same once more is none.

    Who asks to be called is called: a later answer does not take that back, and asking again does not make it two.
    """
    claiming.lock_visit(visit)
    last = latest(visit)
    if last and last.kind == kind and not last.handled_at:
        return last
    if kind == AnswerKind.URGENT and (asked := asking(visit)):
        return asked
    return Answer.objects.create(patient=visit.patient, visit=visit, kind=kind, address=visit.patient.email)


def latest(visit):
    """What was answered last about a visit, or None."""
    return visit.answers.exclude(kind=AnswerKind.NOT_ME).first()


def asking(visit):
    """The answer by which the patient still waits for a call, or None."""
    return visit.answers.open().filter(kind=AnswerKind.URGENT).first()


def not_me(*, visit):
    """Whoever reads this address is not the patient. Twice is no mistake, nor is another message's link."""
    said = Answer(patient=visit.patient, visit=visit, kind=AnswerKind.NOT_ME, address=visit.patient.email)
    Answer.objects.bulk_create([said], ignore_conflicts=True)


@transaction.atomic
def take_back(*, visit):
    """It is this patient's address after all. What was said of others there stands, and what the front desk has looked
    after; the history keeps the rest."""
    locked = [one.pk for one in open_not_me(visit).select_for_update()]
    Answer.objects.filter(pk__in=locked).delete()


def is_not_me(visit):
    """Has somebody at the patient's present address said so, and nobody looked after it yet?"""
    return open_not_me(visit).exists()


def open_not_me(visit):
    said = Answer.objects.open().filter(kind=AnswerKind.NOT_ME)
    return said.filter(patient=visit.patient, address=visit.patient.email)
