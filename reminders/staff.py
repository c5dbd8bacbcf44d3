"""E-mail to a place's front desk: a message did not arrive, a patient asks to be called. One for whatever is new."""

import logging
from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from clinic.models import Location
from reminders import composing
from reminders.mishaps import mishap
from reminders.models import Answer, AnswerKind, Kind, Message, Notice, StaffNotice, State
from reminders.models.rules import TO_STAFF

logger = logging.getLogger(__name__)
NEWS_FOR = timedelta(days=2)
FAILURES = [State.REFUSED, State.UNCERTAIN, State.FAILED]


def untold_failures(now):
    """Messages to patients that did not arrive, that no person has looked after, and of which no staff were told."""
    failed = Message.objects.filter(state__in=FAILURES, handled_at__isnull=True, created_at__gt=now - NEWS_FOR)
    return failed.filter(patient__isnull=False, staff_notice=None).order_by("pk")


def untold_calls(now):
    """Patients who ask to be called, of whom no staff were told."""
    urgent = Answer.objects.filter(kind=AnswerKind.URGENT, handled_at__isnull=True, came_at__gt=now - NEWS_FOR)
    return urgent.filter(staff_notice=None).order_by("pk")


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
    """Who has no address to write to reads it on the Messages page alone."""
    find, name = UNTOLD[rule.kind]
    found = list(find(now).select_for_update(of=("self",), skip_locked=True)[:200])
    places, written = defaultdict(list), 0
    for one in found:
        places[place_of(one)].append(one)
    for place, ones in places.items():
        if place is None:
            continue
        message = composing.to_staff(kind=rule.kind, location=place, count=len(ones), letters=letters, now=now)
        message.save()
        StaffNotice.objects.bulk_create(StaffNotice(message=message, **{name: one}) for one in ones)
        written += 1
    return written


def place_of(one):
    """The place whose front desk it concerns, if it has an address; else the first that has one."""
    visit = one.visit if isinstance(one, Answer) else visit_of(one)
    place = visit.location if visit else None
    return place if place and place.email else Location.objects.active().exclude(email="").first()


def visit_of(message):
    notice = Notice.objects.filter(message=message).select_related("visit__table__location").first()
    return notice and notice.visit
