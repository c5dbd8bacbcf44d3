"""Changing the rules. One that has told somebody is never deleted, as messages were sent by it: it is switched off."""

from contextlib import contextmanager

import pghistory
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from clinic.errors import ClinicError
from clinic.practice.writing import again, one_of_a_kind, put, refuse_if_changed
from reminders import describing, kinds
from reminders.kinds import SPECS
from reminders.models import Notice, Rule

A_WEEK = 7 * 24 * 60
TAKEN = "There is such a message at this time already."


class TellsAtOnce(ClinicError):
    """More people than its author knows of would be told at once: `people` is how many."""

    def __init__(self, found):
        self.people = len({patient for patient, _ in found})
        starts = [starts_at for _, starts_at in found]
        super().__init__(describing.at_once(self.people, min(starts), max(starts)))


class StaysARule(ClinicError):
    """A rule that cannot be removed."""


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


@contextmanager
def announced(kind, expected):
    """Whatever is written in here, to rules of this kind, is taken back with TellsAtOnce if because of it more than
    `expected` people would be told at once. They are counted by the engine's own question, asked before and after."""
    now = timezone.now()
    with transaction.atomic():
        before = waiting(kind, now)
        yield
        found = [visit for key, visit in waiting(kind, now).items() if key not in before]
        if len({patient for patient, _ in found}) > expected:
            raise TellsAtOnce(found)


def waiting(kind, now):
    """{(rule, visit): (patient, start)} of whatever the rules of this kind would tell in this moment."""
    if kind not in kinds.OF_VISITS:
        return {}
    rules = [rule for rule in Rule.objects.in_force() if rule.kind == kind]
    return {
        (rule.pk, pk): visit
        for rule in rules
        for pk, *visit in kinds.due(rule, now).order_by().values_list("pk", "patient", "starts_at")
    }


def add(*, kind, details, services, by, expected=0):
    """A further rule of this kind at a time of its own. Raises NameTaken if there is one (a double click adds one), and
    TellsAtOnce."""
    with announced(kind, expected):
        return write(Rule(kind=kind), details, services, by)


def change(*, rule, details, services, seen, by, expected=0):
    """Raises SavedMeanwhile if it is not as the person saw it any more, NameTaken if another has this time, and
    TellsAtOnce."""
    with announced(rule.kind, expected):
        rule = again(rule)
        refuse_if_changed(seen, told(rule, rule.services.all()))
        return write(rule, details, services, by)


def write(rule, details, services, by):
    with one_of_a_kind(TAKEN, "amount"):
        put(rule, details, by)
    with pghistory.context(user=by.pk):
        rule.services.set(services)
    return rule


def switch_on(*, rule, by, expected=0):
    """A second press changes nothing. Raises TellsAtOnce."""
    with announced(rule.kind, expected):
        switch(rule, True, by)


def switch_off(*, rule, by):
    switch(rule, False, by)


def switch(rule, on, by):
    with pghistory.context(user=by.pk):
        Rule.objects.filter(pk=rule.pk, active=not on).update(active=on)


def removable():
    """Rules that are off and have told nobody. One of each kind stays: an upgrade would bring it back."""
    others = Rule.objects.exclude(pk=OuterRef("pk")).filter(kind=OuterRef("kind"))
    told = Notice.objects.filter(rule=OuterRef("pk"))
    return Rule.objects.filter(~Exists(told), Exists(others), active=False)


@transaction.atomic
def remove(*, rule, by):
    """Raises StaysARule. The lock waits for whoever writes its first notice, or removes the other of its kind."""
    list(Rule.objects.filter(kind=rule.kind).order_by("pk").select_for_update())
    if not removable().filter(pk=rule.pk).exists():
        raise StaysARule("Only a message that is off, has told nobody and is not the last of its kind can be removed.")
    with pghistory.context(user=by.pk):
        rule.delete()
