"""Licences of practitioners, and what each kind of licence allows in a jurisdiction: nothing that nobody has set."""

from dataclasses import dataclass
from datetime import timedelta

import pghistory
from django.db import connection, transaction

from clinic.models import Credential, ScopeRule, Technique
from clinic.practice.errors import NameTaken
from clinic.practice.writing import again, refuse_if_changed, write

EXPIRES_SOON = timedelta(days=60)
SCOPE_LOCK = 7_364_001  # any number that nobody else locks by


@transaction.atomic
def save_licence(*, row, details, by, seen=None):
    """A new licence of a practitioner, or one that stands, with these details. Raises NameTaken, SavedMeanwhile."""
    again(row.practitioner)
    same = {name: details[name] for name in ("kind", "number", "jurisdiction")}
    if Credential.objects.filter(practitioner=row.practitioner, **same).exclude(pk=row.pk).exists():
        raise NameTaken("This licence is on record already. To renew it, change its last day.", field="number")
    return write(row=row, details=details, by=by, seen=seen)


@transaction.atomic
def remove_licence(*, licence, by):
    """For one that was put in by mistake; what has ended keeps its dates. The history remembers it."""
    with pghistory.context(user=by.pk):
        Credential.objects.filter(pk=licence.pk).delete()


def standing(licence, today):
    """ "ended", "soon", "later" (not in force yet) or "valid"."""
    if licence.expires and licence.expires < today:
        return "ended"
    if licence.issued > today:
        return "later"
    return "soon" if licence.expires and licence.expires <= today + EXPIRES_SOON else "valid"


@dataclass(frozen=True)
class Rule:
    """What a kind of licence may do, as it is set: nothing set is a no without a source."""

    technique: str
    allowed: bool = False
    note: str = ""
    source: str = ""

    @property
    def is_set(self):
        return self.allowed or bool(self.note or self.source)


def scope_of(jurisdiction, kind):
    """A Rule for each technique, in the order of `Technique`."""
    rows = ScopeRule.objects.filter(jurisdiction=jurisdiction, credential_kind=kind)
    found = {row.technique: Rule(row.technique, row.allowed, row.note, row.source) for row in rows}
    return [found.get(technique, Rule(technique)) for technique in Technique.values]


@transaction.atomic
def set_scope(*, jurisdiction, kind, rules, seen, by):
    """Write these rules in place of what the person saw (`seen`: the digest of `told`). Raises SavedMeanwhile."""
    lock_scope()
    current = scope_of(jurisdiction, kind)
    refuse_if_changed(seen, told(current))
    with pghistory.context(user=by.pk):
        for rule in rules:
            if rule not in current:
                write_rule(jurisdiction, kind, rule)


def lock_scope():
    """Rules that are not there yet can't be locked one by one; they are edited seldom, so all wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SCOPE_LOCK])


def write_rule(jurisdiction, kind, rule):
    key = {"jurisdiction": jurisdiction, "credential_kind": kind, "technique": rule.technique}
    if not rule.is_set:
        ScopeRule.objects.filter(**key).delete()
        return
    said = {"allowed": rule.allowed, "note": rule.note, "source": rule.source}
    ScopeRule.objects.update_or_create(**key, defaults=said)


def told(rules):
    """{technique: words}: what two people who edit it at once are shown."""
    return {Technique(rule.technique).label: in_words(rule) for rule in rules}


def in_words(rule):
    words = [("allowed" if rule.allowed else "not allowed"), rule.note, rule.source]
    return ". ".join(filter(None, words)) if rule.is_set else "not set"
