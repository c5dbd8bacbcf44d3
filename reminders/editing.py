"""Changing the rules. A rule is never deleted, because messages were sent by it: it is switched off."""

import pghistory
from django.db import transaction

from clinic.practice.writing import again, one_of_a_kind, put, refuse_if_changed
from reminders import describing
from reminders.kinds import SPECS
from reminders.models import Rule

A_WEEK = 7 * 24 * 60
TAKEN = "There is such a message at this time already."


def told(rule, services):
    """A rule in words, {label: text}: what two people who edit it at once are shown, and compared by."""
    return {
        "When": describing.moment(rule.kind, rule.minutes),
        "Services": describing.services(sorted(service.name for service in services)),
        "How": rule.get_channel_display(),
        "Quiet hours": describing.quiet(rule.quiet_from, rule.quiet_until),
        "In doubt": rule.get_in_doubt_display(),
        "On": "yes" if rule.active else "no",
    }


def blank(kind):
    """A further rule of this kind, not yet saved: it begins with what the kind begins with, a week away."""
    begins, ends = SPECS[kind].quiet or (None, None)
    return Rule(kind=kind, minutes=A_WEEK, quiet_from=begins, quiet_until=ends, in_doubt=SPECS[kind].in_doubt)


@transaction.atomic
def add(*, kind, details, services, by):
    """A further rule of this kind at a time of its own. Raises NameTaken if there is one: a double click adds one."""
    with one_of_a_kind(TAKEN, "amount"):
        rule = put(Rule(kind=kind), details, by)
    rule.services.set(services)
    return rule


@transaction.atomic
def change(*, rule, details, services, seen, by):
    """Raises SavedMeanwhile if it is not as the person saw it any more, NameTaken if another has this time."""
    rule = again(rule)
    refuse_if_changed(seen, told(rule, rule.services.all()))
    with one_of_a_kind(TAKEN, "amount"):
        put(rule, details, by)
    rule.services.set(services)
    return rule


def switch(*, rule, on, by):
    """On or off; a second press changes nothing."""
    with pghistory.context(user=by.pk):
        Rule.objects.filter(pk=rule.pk, active=not on).update(active=on)
