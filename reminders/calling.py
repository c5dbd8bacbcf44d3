"""Patients who are called because no e-mail reaches them."""

import logging
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from reminders.errors import AlreadyHandled
from reminders.kinds import OF_VISITS, SPECS
from reminders.models import NEEDING_ACTION, Kind, Message, Notice, OptOut, State
from reminders.models.answers import OPTIONAL
from reminders.models.messages import LONGEST
from reminders.quiet import is_quiet
from scheduling.models import Status

logger = logging.getLogger(__name__)


def to_call(messages, now):
    """Of these messages those that somebody is to say on the telephone: nobody has, and it is still worth saying.

    A call tells of visits as they were when it was written. One that has been moved or cancelled since is not spoken
    of any more; a call of its own says what became of it. Nor is anybody called who has died since, or has said that
    they want no reminders; nor by a rule that is off by now, nor in its quiet hours on the clock of the visit's place.
    """
    open_ones = uncalled(messages, now).filter(give_up_at__gt=now).order_by().values("pk")
    sayable = still_so().filter(true_of_its_visit(), message__in=open_ones)
    hours = sayable.values_list("message", "visit__table__location__zone_name", "rule__quiet_from", "rule__quiet_until")
    return messages.filter(pk__in={message for message, *quiet_hours in hours if awake(now, *quiet_hours)})


def awake(now, zone, begins, ends):
    return begins is None or not is_quiet(now.astimezone(ZoneInfo(zone)).time(), begins, ends)


def too_late(messages, after, now):
    """Of these messages those that somebody was to say until some moment between these, and nobody did."""
    never_held = Q(visit__status=Status.CANCELLED) & ~Q(rule__kind=Kind.CANCELLED)
    missed = uncalled(messages, after).filter(give_up_at__gt=after, give_up_at__lte=now)
    return missed.filter(Exists(still_so().filter(message=OuterRef("pk")).exclude(never_held)))


def uncalled(messages, since):
    """Calls that nobody has made, of those that were still worth making at that moment: none is for longer."""
    return messages.filter(state=State.CALL, handled_at__isnull=True, created_at__gt=since - LONGEST)


def still_so():
    """Notices that speak of the visit as it is placed now, by a rule that is on, to somebody who is to hear of it."""
    refused = OptOut.objects.filter(patient=OuterRef("visit__patient"), kind=OuterRef("rule__kind"))
    wanted = ~Q(rule__kind__in=OPTIONAL) | Q(~Exists(refused), visit__patient__wants_reminders=True)
    alive = Q(visit__patient__deceased_on__isnull=True, visit__patient__merged_into__isnull=True)
    return Notice.objects.filter(alive, wanted, revision=F("visit__revision"), rule__active=True)


def true_of_its_visit():
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
