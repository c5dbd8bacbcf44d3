"""What people do about patients' answers: somebody asks to be called, somebody gets another person's mail."""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.text import get_text_list

from clinic.errors import ClinicError
from patients.models import Patient
from reminders.errors import AlreadyHandled
from reminders.lists import LATELY
from reminders.models import Answer, AnswerKind

logger = logging.getLogger(__name__)
NAMED = 4  # of the people who share an address
LOOKED_AFTER = "Somebody has looked after this answer already. Nothing was changed."
FOR_SOMEBODY = [AnswerKind.URGENT, AnswerKind.NOT_ME]  # the front desk looks after these
HOW_THEY_ARE = [AnswerKind.WELL, AnswerKind.SORE]  # health: for whoever may open charts
CHART = ["patients.view_healthfact", "clinic_sessions.view_sessionplan"]
AFTER_A_VISIT = timedelta(days=7)


class AnsweredAgain(ClinicError):
    """The same was answered once more meanwhile."""


class NotOpenedAgain(ClinicError):
    """It is not looked after, or so long ago that nobody opens it by a press."""


def most_urgent_first(answers):
    """Open answers: who asks to be called stands before who got another's mail, the longest waiting first."""
    urgent = Case(When(kind=AnswerKind.URGENT, then=Value(0)), default=Value(1))
    return with_visits(answers.open()).order_by(urgent, "came_at", "pk")


def with_visits(answers):
    return answers.select_related("patient", "visit__table__location", "visit__practitioner", "handled_by")


def readable(user):
    """The answers this person may read: how somebody is since a visit is health, and only whoever may open charts
    reads it."""
    seen = Answer.objects.visible_to(user)
    return seen if user.has_perms(CHART) else seen.filter(kind__in=FOR_SOMEBODY)


def looked_after(user):
    """What somebody has looked after lately, the latest first."""
    lately = Answer.objects.visible_to(user).filter(handled_at__gt=timezone.now() - LATELY, kind__in=FOR_SOMEBODY)
    return with_visits(lately).order_by("-handled_at", "-pk")


def how_they_are(user):
    """Who said lately that they are well, sore or not sure, the latest first; the last word of each visit."""
    found = readable(user).filter(kind__in=HOW_THEY_ARE, handled_at=None, came_at__gt=timezone.now() - LATELY)
    return with_visits(found.filter(~Exists(later()))).order_by("-came_at", "-pk")


def for_practitioner(practitioner, user):
    """What patients of theirs said after a visit: who still asks to be called, who is sore or not sure these days."""
    sore = Q(~Exists(later()), kind=AnswerKind.SORE, came_at__gt=timezone.now() - AFTER_A_VISIT)
    asking = Q(kind=AnswerKind.URGENT)
    found = readable(user).filter(asking | sore, handled_at=None, visit__practitioner=practitioner)
    return with_visits(found).order_by("-kind", "-came_at")


def later():
    """What was answered about the same visit afterwards."""
    same = Answer.objects.filter(visit=OuterRef("visit"), kind__in=[*HOW_THEY_ARE, AnswerKind.URGENT])
    newer = Q(came_at__gt=OuterRef("came_at")) | Q(came_at=OuterRef("came_at"), pk__gt=OuterRef("pk"))
    return same.filter(newer)


def look_after(*, answer, by, at=None):
    """The patient was called; or the address was found to be right."""
    if not Answer.objects.filter(pk=answer.pk).open().update(handled_by=by, handled_at=at or timezone.now()):
        raise AlreadyHandled(LOOKED_AFTER)
    logger.info("answer %s looked after by user %s", answer.pk, by.pk)


def to_open_again():
    """Of these days, and not of an address that was corrected: `correcting.undo` does that."""
    lately = Q(handled_at__gt=timezone.now() - LATELY, kind__in=FOR_SOMEBODY)
    return Answer.objects.filter(lately, Q(kind=AnswerKind.URGENT) | Q(address=F("patient__email")))


def reopen(*, answer, by):
    """Take `look_after` back."""
    mine = to_open_again().filter(pk=answer.pk)
    try:
        with transaction.atomic():
            opened = Answer.objects.filter(pk__in=mine).update(handled_by=None, handled_at=None)
    except IntegrityError:
        raise AnsweredAgain("The same was answered again meanwhile. That answer is open.") from None
    if not opened:
        raise NotOpenedAgain("This answer can't be opened again. Nothing was changed.")
    logger.info("answer %s opened again by user %s", answer.pk, by.pk)


def sharing(answers):
    """Whoever has one of the addresses that these answers say are somebody else's."""
    wrong = {answer.address for answer in answers if answer.kind == AnswerKind.NOT_ME} - {""}
    return Patient.objects.filter(email__in=wrong, merged_into=None).order_by("family_name", "given_name", "pk")


def names(people):
    """ "Ana Ortiz", "Ana Ortiz and Ben Ortiz", "Ana Ortiz, Ben Ortiz and 200 others": a home may share one address."""
    shown, more = people[:NAMED], len(people[NAMED:])
    others = [f"{more} other{'s' if more > 1 else ''}"] if more else []
    return get_text_list([*(patient.name for patient in shown), *others], "and")
