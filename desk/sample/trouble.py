"""Messages of the sample that did not go well: work for the front desk."""

from copy import copy
from datetime import timedelta

from reminders import by_hand, composing, reaching
from reminders.by_hand import Draft, Ready
from reminders.letters import Letters
from reminders.models import Kind, Rule, State
from reminders.models.rules import AHEAD
from scheduling.models import GONE

from .ground import key

MINUTE = timedelta(minutes=1)
NO_SUCH = "550 5.1.1 <{to}>: no such user here"
QUEUED = "250 2.0.0 Ok: queued"
GREYLISTED = "451 4.7.1 Greylisted, try again later"
CALLED_OFF = "This visit is cancelled."
IN_VAIN = "It did not get through in time. "
REFUSED, CALLED, WAITING, TO_CALL = 3, 1, 2, 2  # of the messages about coming visits; called: refused, looked after


def trouble(ground, staff, dice, sent):
    """Some of the last messages about coming visits were refused or are still under way, some people are called."""
    went = [(message, visits) for message, visits in sent if message.state == State.ACCEPTED]
    alone = [message for message, visits in went if len(visits) == 1 and is_ahead(ground, visits[0])]
    worth_it = last_ones([message for message in alone if message.kind in AHEAD])  # until their visits begin
    first, second, third, fourth = chosen = dice.sample(worth_it, WAITING + TO_CALL)
    others = {message.to for message in chosen}
    refused = dice.sample([message for message in last_ones(alone) if message.to not in others], REFUSED)
    for message in refused:
        change(message, State.REFUSED, NO_SUCH.format(to=message.to))
    for message in refused[:CALLED]:
        message.handled_by, message.handled_at = staff.desk, ground.now - 15 * MINUTE
    for message, minutes in ((first, 9), (second, 13)):
        at = {"created_at": ground.now - 25 * MINUTE, "tried_at": ground.now - 2 * MINUTE}
        change(message, State.WAITING, GREYLISTED, attempts=3, next_attempt_at=ground.now + minutes * MINUTE, **at)
    for message in (third, fourth):
        change(message, State.CALL, reaching.SOMEBODY_ELSES, attempts=0, tried_at=None)
    gave_up(ground, [message for message, _ in went])
    held_back(dice, sent)
    by_ourselves(ground, staff, dice, went)


def last_ones(messages):
    """The last message to each of those who were written to last."""
    ordered = sorted(messages, key=lambda message: (message.created_at, message.message_id))
    return list({message.to: message for message in ordered}.values())[-20:]


def is_ahead(ground, visit):
    return visit.status not in GONE and visit.span[0] > ground.now + timedelta(hours=1)


def change(message, state, answer, **more):
    message.state, message.answer, message.accepted_at = state, answer, None
    for name, value in more.items():
        setattr(message, name, value)


def gave_up(ground, messages):
    """The last advice after a visit for which the time has run out."""
    late = [one for one in messages if one.kind == Kind.AFTERCARE and one.give_up_at < ground.now]
    if late:
        last = max(late, key=lambda message: message.give_up_at)
        change(last, State.FAILED, IN_VAIN + GREYLISTED, attempts=96, tried_at=last.give_up_at - 9 * MINUTE)


def held_back(dice, sent):
    """Reminders that were written, and then the visit was called off: they told nobody."""
    off = [(message, visits[0]) for message, visits in sent if message.kind == Kind.CANCELLED and message.to]
    rule = Rule.objects.filter(kind=Kind.REMINDER).order_by("minutes").last()
    soon = sorted(off, key=lambda pair: (pair[1].span[0] - pair[1].status_at, pair[0].message_id))
    for _, visit in soon[:WAITING]:
        stood = copy(visit)
        stood.status = visit.status_before
        at = visit.status_at - 5 * MINUTE
        message = composing.compose(rule=rule, visits=[stood], now=at, letters=Letters())
        message.message_id = f"<{key(dice)}@{composing.host()}>"
        message.state, message.answer, message.next_attempt_at = State.DROPPED, CALLED_OFF, visit.status_at
        message.save()


def by_ourselves(ground, staff, dice, went):
    """One of today's patients was told by hand that the clinic runs late."""
    about = [(message, visits[0]) for message, visits in went if message.kind in AHEAD]
    _, visit = max(about, key=lambda pair: (pair[0].created_at, pair[0].message_id))
    subject, text = by_hand.ready(Ready.LATE, visit.patient.language)
    draft = Draft(visit.patient, visit.location, visit.patient.language, subject, text)
    own = by_hand.composed(draft, by=staff.desk, now=ground.now - 25 * MINUTE)
    own.message_id, own.request_key = f"<{key(dice)}@{composing.host()}>", key(dice)
    own.state, own.attempts, own.accepted_at = State.ACCEPTED, 1, ground.now - 24 * MINUTE
    own.tried_at, own.answer = own.accepted_at, QUEUED
    own.save()
