"""Delivery: who takes a message, and what becomes of it. See docs/decisions/found-not-scheduled.md.

A worker reserves a batch, then takes one message at a time. What became of one is written down by the very statement
that looks once more at the next and takes it: one commit a message, and at any moment at most one message a worker is
neither surely handed over nor surely not.
"""

import logging
import math
import time
from datetime import timedelta
from random import SystemRandom

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Least
from django.utils import timezone

from reminders import calling, copies, objections
from reminders.asking import Standing, ask
from reminders.courier import GIVEN_UP, Courier, Unreachable, Verdict
from reminders.kinds import OF_VISITS
from reminders.models import InDoubt, Kind, Message, Notice, State
from reminders.models.rules import AHEAD, TO_STAFF
from reminders.objections import FIRST, Objection

logger = logging.getLogger(__name__)
BATCH = 50
AT_ONCE = 500  # too late: looked at one by one
WORDS = ("text", "html", "calendar")
SHIFT = 5  # seconds of a task: what is due is found by the same workers, in between
LEASE = settings.DELIVERY_LEASE
LONGEST_WAIT = timedelta(minutes=15)
INSIST = 30  # seconds in which a lost database may come back, so that an answer in hand is not lost with it
BEGUN = "This visit has begun. "
UNREADABLE = "The database could not tell whether this may go."
LEFT_BEHIND = "The worker stopped while handing this over. The mail server may have it or not."
jitter = SystemRandom().uniform


def deliver(seconds=SHIFT):
    """Hand over what is due, for so long: then a worker may find what else is due, or stop. Any number of workers may
    do this at once. Returns whether there may be more."""
    now, until = timezone.now(), time.monotonic() + seconds
    if anything_waiting.ask(None, now, key="always the same") is None:
        return False
    clear_away(now, until)
    while time.monotonic() < until:
        if not ((batch := reserve(timezone.now())) and Delivery(batch, until).carry()):
            return False
    return True


@Standing
def anything_waiting(_, now):
    return Message.objects.awaiting_a_worker(now).order_by().values("pk")[:1]


def clear_away(now, until=math.inf):
    """What is too late is not sent; what a stopped worker had in hand is in doubt, and the rules say what then. What is
    not done by a moment of `time.monotonic` is done the next time."""
    late = Message.objects.pointless(now)
    true = calling.still_so().filter(calling.true_of_its_visit(), message=OuterRef("pk"))
    overtaken = list(late.filter(kind__in=OF_VISITS).exclude(Exists(true)).defer(*WORDS)[:AT_ONCE])
    for message in overtaken:
        if time.monotonic() > until:
            return
        why = objections.objection(message, now)
        if why in objections.LASTING:  # nobody need be told by a person what is not so any more
            drop(reserved(message), message, why)
    if len(overtaken) == AT_ONCE:
        return
    late.filter(kind__in=AHEAD).update(state=State.DROPPED, answer=Concat(Value(BEGUN), F("answer")))
    late.update(state=State.FAILED, answer=Concat(Value(GIVEN_UP), F("answer")))
    lost = Message.objects.left_behind(now).update(state=State.UNCERTAIN, answer=LEFT_BEHIND)
    if lost:
        logger.warning("%s messages were left behind by a worker", lost)
        leave_alone(now)


def leave_alone(now):
    """Of the uncertain ones, those that their rule says are not to be sent again need nobody."""
    asking = Notice.objects.filter(message=OuterRef("pk"), rule__in_doubt=InDoubt.ASK)
    doubtful = Message.objects.filter(state=State.UNCERTAIN, handled_at__isnull=True)
    settled = doubtful.filter(Q(kind__in=TO_STAFF) | ~Q(kind=Kind.BY_HAND) & ~Exists(asking))
    settled.update(handled_at=now)


@transaction.atomic
def reserve(now):
    """Some due messages, out of everybody else's reach until the lease is over: a killed worker's come back by then."""
    due = Message.objects.deliverable(now).order_by("next_attempt_at")
    batch = list(due.select_for_update(skip_locked=True)[:BATCH])
    Message.objects.filter(pk__in=[message.pk for message in batch]).update(next_attempt_at=now + LEASE)
    for message in batch:
        message.due_at, message.next_attempt_at = message.next_attempt_at, now + LEASE
    return batch


@transaction.atomic
def give_back(messages):
    """Reserved, and not begun: anybody may take them, in the order in which they were due."""
    for message in messages:
        reserved(message).update(next_attempt_at=message.due_at)


def reserved(message):
    """This message, unless somebody else has had it since it was reserved."""
    return Message.objects.filter(pk=message.pk, state=State.WAITING, next_attempt_at=message.next_attempt_at)


TURN = f"""
WITH settled AS (
    UPDATE reminders_message SET state = %(state)s, answer = %(answer)s, accepted_at = %(accepted_at)s,
        handled_at = NULL, next_attempt_at = least(coalesce(%(again_at)s, next_attempt_at), give_up_at)
    WHERE id = %(last)s AND state IN ('sending', 'uncertain') AND attempts = %(attempts)s AND handled_by_id IS NULL
), objection AS ({FIRST})
UPDATE reminders_message SET state = 'sending', attempts = attempts + 1, tried_at = %(now)s,
    next_attempt_at = %(lease)s
WHERE id = %(message)s AND state = 'waiting' AND next_attempt_at = %(mine)s AND NOT EXISTS (SELECT FROM objection)
RETURNING attempts
"""  # noqa: S608
NOTHING = {"last": None, "state": "", "answer": "", "accepted_at": None, "again_at": None, "attempts": 0}


class Delivery:
    """A reserved batch, handed over by one connection to the mail server, until a moment of `time.monotonic`."""

    def __init__(self, batch, until=math.inf):
        self.batch, self.until = batch, until
        self.last = None  # (message, answer): handed over, and not yet written down

    def carry(self):
        """False: there is no server, so that trying more is no use now. Whatever happens, the answer to the last one
        is written down."""
        try:
            with Courier() as courier:
                return self.hand_over(courier)
        finally:
            insist(self.settle)

    def hand_over(self, courier):
        for number, message in enumerate(self.batch):
            if number and time.monotonic() > self.until:
                give_back(self.batch[number:])
                break
            try:
                courier.connect()
            except Unreachable as problem:
                self.settle()
                put_off(self.batch[number:], str(problem))
                return False
            if self.taken(message):
                self.last = (message, courier.hand_over(message))
        return True

    def taken(self, message):
        """`turn`, but one message that the database chokes on, such as one about a place in a zone that it does not
        know, does not stop the others."""
        try:
            return self.turn(message)
        except DataError:
            self.settle()
            put_off([message], UNREADABLE)
            return False

    def turn(self, message):
        """Write down what became of the last message, look once more at this one and take it: a single commit."""
        now = timezone.now()
        taken = {"message": message.pk, "mine": message.next_attempt_at, "now": now, "lease": now + LEASE}
        row = ask(TURN, taken | self.outcome(now))
        self.tell()
        if row is None:
            hold(message, now)
            return False
        message.attempts = row[0]
        return True

    def settle(self):
        """Write down the server's answer. Late is better than never: even when the lease has run out meanwhile."""
        if self.last is None:
            return
        now = timezone.now()
        ask(TURN, {"message": None, "mine": now, "now": now, "lease": now} | self.outcome(now))
        self.tell()

    def outcome(self, now):
        if self.last is None:
            return NOTHING
        message, answer = self.last
        state = STATES[answer.verdict]
        return {
            "last": message.pk,
            "state": state,
            "answer": answer.line,
            "accepted_at": now if state == State.ACCEPTED else None,
            "again_at": now + pause(message.attempts) if state == State.WAITING else None,
            "attempts": message.attempts,
        }

    def tell(self):
        if self.last:
            message, answer = self.last
            logger.info("message %s %s at try %s", message.pk, answer.verdict, message.attempts)
            self.last = None
            if answer.verdict == Verdict.UNCERTAIN:
                leave_alone(timezone.now())


STATES = {
    Verdict.ACCEPTED: State.ACCEPTED,
    Verdict.REFUSED: State.REFUSED,
    Verdict.UNCERTAIN: State.UNCERTAIN,
    Verdict.LATER: State.WAITING,
}


def insist(settle):
    """Try again on a new connection while the database restarts; else what a server has taken would stay in doubt."""
    until = time.monotonic() + INSIST
    while True:
        try:
            return settle()
        except (DatabaseError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.5)


def hold(message, now):
    """It was not taken: it must not go, or not now, or somebody else has it."""
    why = objections.objection(message, now)
    mine = reserved(message)
    if why == Objection.QUIET:
        notices = Notice.objects.filter(message=message).as_things_stand()
        mine.update(next_attempt_at=Least(objections.awake(notices, now), F("give_up_at")))
    elif why:
        drop(mine, message, why)


@transaction.atomic
def drop(mine, message, why):
    """It told nobody, so its notices go as well: what is due by now is found anew. Those of a copy go back to the first
    if that may have arrived, and may then be sent again; what was written by hand nobody finds anew, so somebody has to
    look at it."""
    state = State.FAILED if message.kind == Kind.BY_HAND else State.DROPPED
    if not mine.update(state=state, answer=why.label):
        return
    first = message.copy_of
    if first and first.state == State.UNCERTAIN and why in objections.STALE:  # it may have arrived; nobody need know
        message.notices.update(message=first)
    elif first and first.state in (State.ACCEPTED, State.UNCERTAIN):
        copies.take_back(message, message.notices)
    else:
        message.notices.all().delete()
    logger.info("message %s not sent: %s", message.pk, why)


@transaction.atomic
def put_off(messages, reason):
    """None of them could even be tried: all wait, each for a time of its own."""
    now = timezone.now()
    for message in messages:
        attempts = message.attempts + 1
        reserved(message).update(attempts=attempts, tried_at=now, answer=reason, next_attempt_at=soon(now, attempts))
    logger.warning("%s messages put off: %s", len(messages), reason)


def soon(now, attempts):
    return Least(now + pause(attempts), F("give_up_at"))


def pause(attempts):
    """How long to wait after so many tries: twice as long each time, up to a limit, never all at the same moment."""
    doubled = settings.DELIVERY_RETRY * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_WAIT) * jitter(0.75, 1.25)
