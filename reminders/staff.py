"""E-mail to a place's front desk: a message did not arrive, a patient asks to be called. One for whatever is new."""

import logging
from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from clinic.models import Location
from reminders import composing
from reminders.mishaps import mishap
from reminders.models import Answer, AnswerKind, Kind, Message, Notice, Rule, StaffNotice
from reminders.models.rules import TO_STAFF

logger = logging.getLogger(__name__)
NEWS_FOR = timedelta(days=2)
PAUSE = timedelta(minutes=15)  # between two e-mails to one desk about messages that did not arrive


def untold_failures(now):
    """Messages to patients that did not arrive, that no person has looked after, and of which no staff were told.

    When failures trickle in, a desk is told of the first at once, and of the others after a while together.
    """
    failed = Message.objects.failing(now - NEWS_FOR, now).filter(handled_at__isnull=True, staff_notice=None)
    desks = Notice.objects.filter(message=OuterRef("pk"), visit__table__location__in=reachable())
    ours = with_desk(failed.filter(patient__isnull=False), desks.values("visit__table__location__email"))
    told = Message.objects.filter(patient__isnull=True, kind=Kind.FAILED, to=OuterRef("desk"))
    return ours.filter(~Exists(told.filter(created_at__gt=now - PAUSE, created_at__lte=now)))


def untold_calls(now):
    """Patients who ask to be called, of whom no staff were told."""
    urgent = Answer.objects.filter(kind=AnswerKind.URGENT, handled_at__isnull=True, staff_notice=None)
    desks = reachable().filter(pk=OuterRef("visit__table__location"))
    return with_desk(urgent.filter(came_at__gt=now - NEWS_FOR, came_at__lte=now), desks.values("email"))


def reachable():
    return Location.objects.active().exclude(email="")


def with_desk(found, own):
    """With the address to tell: the place's own, else the first that there is. Without any nobody is told."""
    desk = Coalesce(Subquery(own[:1]), Subquery(reachable().values("email")[:1]))
    return found.annotate(desk=desk).filter(desk__isnull=False).order_by("pk")


UNTOLD = {Kind.FAILED: (untold_failures, "failed"), Kind.URGENT: (untold_calls, "answer")}


def write_due(rules, *, now, letters):
    """One message to each place for each of these rules that something new is due for. Returns how many.

    A rule that fails stops no other.
    """
    written = 0
    for rule in rules:
        try:
            written += write_for(rule, now, letters) if rule.kind in TO_STAFF else 0
        except Exception as error:
            logger.error("rule %s: the staff could not be told: %s", rule.pk, mishap(error))
    return written


@transaction.atomic
def write_for(rule, now, letters):
    """Who has no address to write to reads it on the Messages page alone.

    One worker at a time: two would share what is new between them, and write two e-mails where one was enough.
    """
    if not Rule.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=rule.pk):
        return 0
    find, name = UNTOLD[rule.kind]
    desks = defaultdict(list)
    for one in find(now).select_for_update(of=("self",), skip_locked=True)[:200]:
        desks[one.desk].append(one)
    for address, ones in desks.items():
        place = reachable().filter(email=address).first()
        message = composing.to_staff(kind=rule.kind, location=place, count=len(ones), letters=letters, now=now)
        message.save()
        StaffNotice.objects.bulk_create(StaffNotice(message=message, **{name: one}) for one in ones)
    return len(desks)
