"""What is due is found by query, never scheduled: see docs/decisions/found-not-scheduled.md."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from reminders.composing import compose
from reminders.models import Kind, Message, Notice, Rule
from scheduling.models import Appointment

logger = logging.getLogger(__name__)
BATCH = 500
# A booking older than this is no news: after a long outage, or with visits brought along from another system, a flood
# of late confirmations would confuse. It also keeps the query small, however many visits lie ahead.
NEWS_FOR = timedelta(days=2)


def booked(rule, now):
    """Visits placed or moved a moment ago: the grace is over, an undo would have come by now."""
    settled = now - settings.CONFIRMATION_GRACE
    news = Appointment.objects.filter(placed_at__gt=settled - NEWS_FOR, placed_at__lte=settled)
    return tellable(news, now).order_by("placed_at")


def ahead(rule, now):
    """Visits within the rule's lead, unless they were placed within it: their confirmation has just told them."""
    lead = timedelta(minutes=rule.lead_minutes)
    soon = Appointment.objects.filter(starts_at__lte=now + lead, placed_at__lte=F("starts_at") - lead)
    return tellable(soon, now).filter(patient__wants_reminders=True).order_by("starts_at")


FINDERS = {Kind.CONFIRMATION: booked, Kind.REMINDER: ahead}


def tellable(visits, now):
    """Of these visits, those that are still ahead and whose patient can be written to."""
    return visits.coming().filter(starts_at__gt=now).exclude(patient__email="")


def due(rule, now):
    """Visits that this rule concerns now and whose present revision it has not told yet."""
    told = Notice.objects.filter(rule=rule, visit=OuterRef("pk"), revision=OuterRef("revision"))
    return FINDERS[rule.kind](rule, now).filter(~Exists(told))


def write_due(*, now):
    """Write the messages that are due now, and the notices that keep them from being written twice. Returns how many.

    Any number of workers may do this at once.
    """
    written = sum(write_for(rule, now) for rule in Rule.objects.filter(active=True))
    if written:
        logger.info("%s messages written", written)
    return written


def write_for(rule, now):
    """Most of the time nothing is due, and asking must cost next to nothing."""
    total = 0
    if not due(rule, now).exists():
        return total
    while written := write_batch(rule, now):
        total += written
    return total


@transaction.atomic
def write_batch(rule, now):
    visits = untold(rule, claim(rule, now))
    messages = Message.objects.bulk_create(compose(rule=rule, visit=visit, now=now) for visit in visits)
    Notice.objects.bulk_create(
        Notice(rule=rule, visit=visit, revision=visit.revision, message=message)
        for visit, message in zip(visits, messages, strict=True)
    )
    return len(messages)


def claim(rule, now):
    """Some due visits, they and their patients locked against whoever moves, cancels or writes to them meanwhile.

    Only free rows are taken, all in one statement: nobody is ever waited for, so there can be no deadlock. Whom
    somebody else holds is found the next time.
    """
    visits = due(rule, now).select_related("patient", "practitioner", "table__location")
    return list(visits.select_for_update(of=("self", "patient"), no_key=True, skip_locked=True)[:BATCH])


def untold(rule, visits):
    """Another worker may have committed between this query's snapshot and its locks: look again, now that they hold."""
    told = Notice.objects.filter(rule=rule, visit__in=visits).values_list("visit_id", "revision")
    told = set(told)
    return [visit for visit in visits if (visit.pk, visit.revision) not in told]
