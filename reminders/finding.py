"""What is due is found by query, never scheduled: see docs/decisions/found-not-scheduled.md."""

import logging
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patients.models import Patient
from reminders import composing, kinds, reaching, staff
from reminders.kinds import SPECS
from reminders.letters import Letters
from reminders.models import Kind, Message, Notice, Rule
from scheduling.models import Appointment

logger = logging.getLogger(__name__)
BATCH = 500
IN_ONE_LETTER = 30  # visits; a home with hundreds of residents may share an address
WITH_ALL = ("patient", "practitioner", "service", "table__location")


def write_due(*, now):
    """Write the messages that are due now, and the notices that keep them from being written twice. Returns how many.

    Any number of workers may do this at once. A rule that fails stops no other, and a letter that can't be written
    none but itself.
    """
    rules = Rule.objects.active().filter(kind__in=kinds.OF_VISITS).prefetch_related("services")
    written = sum(Finder(rule, now).run() for rule in with_work(rules, now))
    written += staff.write_due(now=now)
    if written:
        logger.info("%s messages written", written)
    return written


def with_work(rules, now):
    """Those of the rules that something is due for, asked in one query: most of the time there is nothing."""
    rules = list(rules)
    asked = [kinds.due(rule, now).order_by().values("pk")[:1] for rule in rules]
    ...
