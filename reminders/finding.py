"""What is due is found by query, never scheduled: see docs/decisions/found-not-scheduled.md."""

import gc
import logging
from collections import defaultdict
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db import transaction
from django.db.models import Exists

from clinic.models import Practitioner, Service, Table
from reminders import bulk, kinds, reaching, staff, taking_back
from reminders.asking import Standing
from reminders.composing import compose, expectations, forms_missing
from reminders.kinds import SPECS
from reminders.letters import Letters
from reminders.mishaps import mishap
from reminders.models import Kind, Message, Notice, Rule, State

logger = logging.getLogger(__name__)
BATCH = 500  # visits a transaction
AT_ONCE = 100_000  # visits whose keys are kept in memory
IN_ONE_LETTER = 30  # visits: a home may share one address among hundreds
BACK = "The visit is back where it was, and nobody was told of another time."
GOING = [State.WAITING, State.SENDING, State.ACCEPTED]
SHARED = {
    "practitioner": lambda: Practitioner.objects.only("name"),
    "service": lambda: Service.objects.only("name"),
    "table": lambda: Table.objects.select_related("location").only("location"),
}
PERSON = ("given_name", "email", "language")
VISIT = ("patient", *SHARED, "starts_at", "ends_at", "status", "status_at", "revision", "placed_at")
ASKED = (*VISIT, *(f"patient__{name}" for name in PERSON))


def write_due(*, now, call_help=lambda: None):
    """Write the messages that are due now, and the notices that keep them from being written twice. Returns how many.

    Any number of workers may do this at once: `call_help` is called when there is enough for another one. A rule that
    fails stops no other, and a letter that can't be written none but itself.
    """
    rules = with_work(Rule.objects.in_force(), now)
    if not rules:
        return 0
    letters = Letters()
    written = sum(Round(rule, now, letters, call_help).run() for rule in rules if rule.kind in kinds.OF_VISITS)
    written += staff.write_due(rules, now=now, letters=letters)
    logger.info("%s messages written", written)
    return written


def with_work(rules, now):
    """Those of the rules that something is due for. Most of the time nothing is, and asking must cost next to nothing:
    it is one query for all of them, and the same one every time."""
    if not rules:
        return []
    answers = anything_due.ask(rules, now, key=(settings.CONFIRMATION_GRACE, *map(terms, rules)))
    return [rule for rule, answer in zip(rules, answers, strict=True) if answer]


def terms(rule):
    """All that the question for its work depends on."""
    told_by, services = tuple(rule.told_by), tuple(rule.service_ids)
    return rule.pk, rule.kind, rule.minutes, rule.next_minutes, rule.channel, told_by, services


@Standing
def anything_due(rules, now):
    asked = {f"rule_{rule.pk}": Exists(waiting_for(rule, now).order_by()) for rule in rules}
    return Rule.objects.filter(pk=rules[0].pk).values_list(*asked.values())


def waiting_for(rule, now):
    """Whatever this rule has to tell: visits, or for the staff messages and answers."""
    return kinds.due(rule, now) if rule.kind in kinds.OF_VISITS else staff.UNTOLD[rule.kind][0](now)


class Round:
    """One rule's messages, written batch by batch, each batch one transaction."""

    def __init__(self, rule, now, letters, call_help):
        self.rule, self.now, self.letters, self.call_help = rule, now, letters, call_help
        self.spec = SPECS[rule.kind]
        self.surroundings = Surroundings()
        self.expected = {}
        self.written = 0

    def run(self):
        """Returns how many messages were written. Whatever goes wrong is logged, and stops no other rule."""
        try:
            while (due := self.due()) and self.write_some(due):
                pass
        except Exception as error:
            logger.error("rule %s failed: %s", self.rule.pk, mishap(error))
        return self.written

    def due(self):
        """The keys of visits due now, at most AT_ONCE, those of one address in one batch."""
        found = kinds.due(self.rule, self.now).order_by("patient__email", "starts_at", "pk")
        batches = [[]]
        for address, visits in groupby(found.values_list("pk", "patient__email")[:AT_ONCE], key=itemgetter(1)):
            for visit, _ in visits:
                if len(batches[-1]) >= (2 * BATCH if address else BATCH):
                    batches.append([])
                batches[-1].append(visit)
            if len(batches[-1]) >= BATCH:
                batches.append([])
        return [batch for batch in batches if batch]

    def write_some(self, batches):
        """Whether there may be more: as many as were asked for, and some were written."""
        if len(batches) > 1:
            self.call_help()
        before = self.written
        for visits in batches:
            try:
                with uncollected():
                    self.batch(visits)
            except Exception as error:
                logger.error("rule %s: a batch failed; its visits are told one by one: %s", self.rule.pk, mishap(error))
                self.one_by_one(visits)
        return self.written > before and sum(map(len, batches)) == AT_ONCE

    def one_by_one(self, visits):
        """As `batch`, a transaction for each visit, without those that fail."""
        for visit in visits:
            try:
                self.batch([visit])
            except Exception as error:
                logger.error("rule %s: visit %s could not be told: %s", self.rule.pk, visit, mishap(error))

    @transaction.atomic
    def batch(self, visits):
        """Write messages about these visits, as far as they are still due."""
        visits = self.untold(self.claim(kinds.due(self.rule, self.now).filter(pk__in=visits)))
        if visits and self.spec.by_day and self.spec.ahead:
            visits += self.untold(same_days(self.claim(self.companions(visits)), visits))
        if visits and self.spec.by_person:
            visits = self.joined(visits)
        self.expected = expectations(self.rule.kind, visits)
        if visits and self.rule.kind in (Kind.MOVED, Kind.CANCELLED):
            visits = self.unknown(visits)
        if not visits:
            return
        groups = self.groups(visits)
        unreachable = reaching.unreachable([patient_of(group).email for group in groups])
        missing = forms_missing(self.rule.kind, visits)
        self.write([self.message(group, unreachable, missing) for group in groups], groups)
        self.written += len(groups)

    def claim(self, due):
        """Those of the due visits that are free, they and their patients locked against whoever moves, cancels or
        writes to them meanwhile.

        All in one statement that skips what others hold: nobody is ever waited for, so there can be no deadlock. Whom
        somebody else holds is found the next time.
        """
        found = due.select_related("patient").only(*ASKED).order_by()
        visits = list(found.select_for_update(of=("self", "patient"), no_key=True, skip_locked=True))
        return self.surroundings.put(visits)

    def untold(self, visits):
        """Another worker may have committed between a query's snapshot and its locks: look again, now they hold."""
        told = Notice.objects.filter(rule__in=self.rule.told_by, visit__in=visits).values_list("visit_id", "revision")
        told = set(told) if visits else ()
        return [visit for visit in visits if (visit.pk, visit.revision) not in told]

    def companions(self, visits):
        """Visits that go into the same letters: of the same address on the same day, though not yet due themselves."""
        addresses = {visit.patient.email for visit in visits}
        near = kinds.beside(self.rule, self.now).filter(
            starts_at__gt=min(visit.starts_at for visit in visits) - timedelta(days=1),
            starts_at__lt=max(visit.starts_at for visit in visits) + timedelta(days=1),
            patient__email__in=addresses - {""},
        )
        near = kinds.untold(self.rule, near).filter(kinds.wanted(self.rule))
        return near.exclude(pk__in=[visit.pk for visit in visits])

    def joined(self, visits):
        """Without those whose patient was written to about another visit of the same day: they are told by that."""
        same = Notice.objects.filter(
            rule=self.rule,
            visit__patient__in=[visit.patient for visit in visits],
            message__created_at__gt=self.now - kinds.NEWS_FOR,
        ).select_related("visit__table__location", "visit__patient")
        going = Message.objects.filter(pk__in=same.values("message"), state__in=GOING)
        going = set(going.select_for_update(skip_locked=True).values_list("pk", flat=True))  # else it might be dropped
        known = {
            (notice.visit.patient_id, day_of(notice.visit)): notice.message_id
            for notice in same
            if notice.message_id in going
        }
        told = [visit for visit in visits if (visit.patient_id, day_of(visit)) in known]
        Notice.objects.bulk_create(
            self.notice(visit, message_id=known[visit.patient_id, day_of(visit)]) for visit in told
        )
        return [visit for visit in visits if visit not in told]

    def unknown(self, visits):
        """Without those that stand as their patients know them. What told them tells them still; where nothing did, a
        message that does not go stands for it."""
        known = taking_back.known_already(visits, self.now)
        told = {visit for visit, rule in taking_back.carry_over(known) if rule in self.rule.told_by}
        silent = [[visit] for visit in visits if visit.pk in known.keys() - told]
        self.write([self.unsent(group) for group in silent], silent)
        return [visit for visit in visits if visit.pk not in known]

    def groups(self, visits):
        """Which visits go into one letter: see `kinds.Spec`."""
        found = defaultdict(list)
        for visit in sorted(visits, key=lambda visit: visit.starts_at):
            patient = visit.patient
            who = patient.pk if self.spec.by_person or not patient.email else (patient.email, patient.language)
            found[who, day_of(visit) if self.spec.by_day else None].append(visit)
        return [
            group[start : start + IN_ONE_LETTER]
            for group in found.values()
            for start in range(0, len(group), IN_ONE_LETTER)
        ]

    def message(self, group, unreachable, missing):
        """Who can't be written to is called, or, where a call would be too much, told nothing."""
        message = self.composed(group, unreachable.get(patient_of(group).email, ""), missing)
        if message.state == State.CALL and not kinds.by_phone(self.rule):
            message.state = State.DROPPED
        return message

    def unsent(self, group):
        message = self.composed(group, BACK)
        message.state = State.DROPPED
        return message

    def composed(self, group, reason, missing=frozenset()):
        known = {"letters": self.letters, "missing": missing, "reason": reason, "expected": self.expected}
        return compose(rule=self.rule, visits=group, now=self.now, **known)

    def write(self, messages, groups):
        bulk.insert(messages)
        bulk.insert(
            [
                self.notice(visit, message_id=message.pk)
                for message, group in zip(messages, groups, strict=True)
                for visit in group
            ]
        )

    def notice(self, visit, **message):
        return Notice(rule_id=self.rule.pk, visit_id=visit.pk, revision=visit.revision, **message)


@contextmanager
def uncollected():
    """Rows and letters hold no circles, so looking for some among thousands finds nothing, for a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Surroundings:
    """With whom, what and where visits are: a few dozen rows that a hundred thousand visits share, read once."""

    def __init__(self):
        self.known = {name: {} for name in SHARED}

    def put(self, visits):
        """Give the visits what they point to."""
        for name, rows in SHARED.items():
            new = {getattr(visit, f"{name}_id") for visit in visits} - self.known[name].keys()
            self.known[name] |= rows().in_bulk(new) if new else {}
            for visit in visits:
                setattr(visit, name, self.known[name][getattr(visit, f"{name}_id")])
        return visits


def same_days(others, visits):
    """Of the other visits those of the same address on the same day as one of these."""
    wanted = {(visit.patient.email, day_of(visit)) for visit in visits}
    return [visit for visit in others if (visit.patient.email, day_of(visit)) in wanted]


def patient_of(group):
    return group[0].patient


def day_of(visit):
    return visit.starts_at.astimezone(visit.zone).date()
