"""What people do about messages that did not arrive."""

import logging

from django.db import transaction
from django.utils import timezone

from clinic.errors import ClinicError
from reminders import composing, objections
from reminders.models import NEEDING_ACTION, UNDER_WAY, Message, Notice

logger = logging.getLogger(__name__)


class NotResent(ClinicError):
    """Sending it again would tell nothing true, or tell it twice."""


class AlreadyHandled(ClinicError):
    """Somebody was faster."""


@transaction.atomic
def resend(*, message, to, by):
    """Send the same words once more, to a corrected address if need be; the patient is known by that address from now.

    What was refused stays on record as it was: the copy is a message of its own. Returns the copy.
    """
    message = Message.objects.select_for_update(of=("self",)).select_related("patient").get(pk=message.pk)
    notices = list(Notice.objects.filter(message=message).select_related("rule", "visit"))
    if reason := standing_in_the_way(message, notices, timezone.now()):
        raise NotResent(f"Not sent again: {reason[0].lower()}{reason[1:]}")
    correct(message.patient, to)
    copy = copied(message, to)
    Notice.objects.filter(message=message).update(message=copy)
    mark(message, by, sent_again=copy)
    logger.info("message %s sent again as %s by user %s", message.pk, copy.pk, by.pk)
    return copy


def standing_in_the_way(message, notices, now):
    if message.state in UNDER_WAY:
        return "It is still waiting and will go by itself."
    if message.sent_again_id:
        return "Somebody has sent it again already."
    return objections.stale(notices, now)


def correct(patient, to):
    if patient.email != to:
        patient.email = to
        patient.save(update_fields=["email"])


def copied(message, to):
    """The same words under a new number: a server that has seen the first must not take this one for a repeat."""
    now = timezone.now()
    return Message.objects.create(
        patient=message.patient,
        to=to,
        subject=message.subject,
        text=message.text,
        html=message.html,
        calendar=message.calendar,
        message_id=composing.new_message_id(),
        give_up_at=message.give_up_at,
        next_attempt_at=now,
        created_at=now,
    )


def mark_called(*, message, by):
    """The patient was called instead."""
    waiting_for_a_person = Message.objects.filter(pk=message.pk, state__in=NEEDING_ACTION, handled_at=None)
    if not waiting_for_a_person.update(handled_by=by, handled_at=timezone.now()):
        raise AlreadyHandled("Somebody has looked after this message already. Nothing was changed.")
    logger.info("message %s marked as called by user %s", message.pk, by.pk)


def mark_not_called(*, message):
    """Take `mark_called` back."""
    called = Message.objects.filter(pk=message.pk, state__in=NEEDING_ACTION, sent_again=None)
    called.update(handled_by=None, handled_at=None)


def mark(message, by, **changes):
    Message.objects.filter(pk=message.pk).update(handled_by=by, handled_at=timezone.now(), **changes)
