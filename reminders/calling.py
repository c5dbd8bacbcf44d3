"""Patients who are called because no e-mail reaches them."""

import logging
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from reminders.handling import AlreadyHandled
from reminders.kinds import OF_VISITS, SPECS
from reminders.models import NEEDING_ACTION, Message, Notice, State

logger = logging.getLogger(__name__)


def to_call(messages, now):
    """Of these messages those that somebody is to say on the telephone: nobody has, and it is still worth saying.

    A call tells of visits as they were when it was written. One that has been moved or cancelled since is not spoken
    of any more; a call of its own says what became of it.
    """
    still_so = Notice.objects.filter(as_told(), message=OuterRef("pk"), revision=F("visit__revision"))
    calls = messages.filter(state=State.CALL, handled_at__isnull=True, give_up_at__gt=now)
    return calls.filter(Exists(still_so))


def as_told():
    """Whether a notice's visit still has a status of which its message tells the truth."""
    kinds_of = [(kind, sorted(SPECS[kind].statuses)) for kind in OF_VISITS]
    return reduce(or_, (Q(rule__kind=kind, visit__status__in=statuses) for kind, statuses in kinds_of))


def mark_called(*, message, by):
    """The patient was called instead."""
    waiting_for_a_person = Message.objects.filter(pk=message.pk, state__in=NEEDING_ACTION, handled_at=None)
    if not waiting_for_a_person.update(handled_by=by, handled_at=timezone.now()):
        raise AlreadyHandled("Somebody has looked after this message already. Nothing was changed.")
    logger.info("message %s marked as called by user %s", message.pk, by.pk)


def mark_not_called(*, message, by):
    """Take `mark_called` back."""
    called = Message.objects.filter(pk=message.pk, state__in=NEEDING_ACTION, sent_again=None, handled_by__isnull=False)
    if called.update(handled_by=None, handled_at=None):
        logger.info("message %s marked as not called by user %s", message.pk, by.pk)
