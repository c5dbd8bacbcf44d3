"""Delivery: who takes a message, and what becomes of it. See docs/decisions/found-not-scheduled.md.

A worker reserves a batch, then takes one message at a time. What became of one is committed together with taking the
next: one commit a message, and at any moment at most one message a worker is neither surely handed over nor surely not.
"""

import logging
from datetime import timedelta
from random import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from reminders import composing, objections
from reminders.courier import Courier, Unreachable, Verdict
from reminders.models import Message, Notice, State

logger = logging.getLogger(__name__)
BATCH = 50
LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(minutes=15)
GIVEN_UP = "This visit has begun. "
LEFT_BEHIND = "The worker stopped while handing this over. The mail server may have it or not."
jitter = SystemRandom().uniform


def deliver():
    """Hand over whatever is due. Any number of workers may do this at once."""
    clear_away(timezone.now())
    while (batch := reserve(timezone.now())) and carry(batch):
        pass


def clear_away(now):
    """What is too late is not sent; what a stopped worker had in hand is for a person to look at."""
    Message.objects.pointless(now).update(state=State.DROPPED, answer=Concat(Value(GIVEN_UP), F("answer")))
    lost = Message.objects.left_behind(now).update(state=State.UNCERTAIN, answer=LEFT_BEHIND)
    if lost:
        logger.warning("%s messages were left behind by a worker", lost)


@transaction.atomic
def reserve(now):
    """Some due messages, out of everybody else's reach until the lease is over: a killed worker's come back by then."""
    due = Message.objects.deliverable(now).order_by("next_attempt_at")
    batch = list(due.select_for_update(skip_locked=True)[:BATCH])
    Message.objects.filter(pk__in=[message.pk for message in batch]).update(next_attempt_at=now + LEASE)
    for message in batch:
        message.next_attempt_at = now + LEASE
    return batch


def carry(batch):
    """Hand the batch over, over one connection. False: there is no server, so that trying more is no use now."""
    last = None
    with Courier() as courier:
        for number, message in enumerate(batch):
            try:
                courier.connect()
            except Unreachable as problem:
                settle(last)
                put_off(batch[number:], str(problem))
                return False
            taken = turn(last, message)
            last = (message, courier.hand_over(message)) if taken else None
    settle(last)
    return True


@transaction.atomic
def turn(last, message):
    """Write down what became of the last message and take this one: a single commit."""
    settle(last)
    return take(message, timezone.now())


def take(message, now):
    """Look once more, then make it SENDING. False: it must not go, or not now, or somebody else has it."""
    mine = Message.objects.filter(pk=message.pk, state=State.WAITING, next_attempt_at=message.next_attempt_at)
    notices = list(Notice.objects.filter(message=message).as_things_stand())
    if reason := objections.stale(notices, now) or objections.unwanted(notices):
        drop(mine, notices, reason)
        return False
    awake = max(composing.earliest(notice.rule, notice.visit, now) for notice in notices)
    if awake > now:
        mine.update(next_attempt_at=awake)
        return False
    message.attempts += 1
    taken = {"attempts": message.attempts, "tried_at": now, "next_attempt_at": now + LEASE}
    return bool(mine.update(state=State.SENDING, **taken))


def drop(mine, notices, reason):
    """It told nobody, so its notices go as well: what is due by now is found anew."""
    if mine.update(state=State.DROPPED, answer=reason):
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()


def settle(last):
    """Write down the server's answer. Late is better than never: even when the lease has run out meanwhile."""
    if last is None:
        return
    message, answer = last
    now = timezone.now()
    in_hand = Message.objects.filter(
        pk=message.pk, state__in=[State.SENDING, State.UNCERTAIN], attempts=message.attempts, handled_at=None
    )
    in_hand.update(answer=answer.line, **OUTCOMES[answer.verdict](message, now))
    logger.info("message %s %s at try %s", message.pk, answer.verdict, message.attempts)


OUTCOMES = {
    Verdict.ACCEPTED: lambda message, now: {"state": State.ACCEPTED, "accepted_at": now},
    Verdict.REFUSED: lambda message, now: {"state": State.REFUSED},
    Verdict.UNCERTAIN: lambda message, now: {"state": State.UNCERTAIN},
    Verdict.LATER: lambda message, now: {"state": State.WAITING, "next_attempt_at": now + pause(message.attempts)},
}


@transaction.atomic
def put_off(messages, reason):
    """None of them could even be tried: all wait, each for a time of its own."""
    now = timezone.now()
    for message in messages:
        mine = Message.objects.filter(pk=message.pk, state=State.WAITING, next_attempt_at=message.next_attempt_at)
        attempts = message.attempts + 1
        mine.update(attempts=attempts, tried_at=now, answer=reason, next_attempt_at=now + pause(attempts))
    logger.warning("%s messages put off: %s", len(messages), reason)


def pause(attempts):
    """How long to wait after so many tries: twice as long each time, up to a limit, never all at the same moment."""
    doubled = settings.DELIVERY_RETRY * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_WAIT) * jitter(0.75, 1.25)
