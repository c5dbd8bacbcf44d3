"""What the sample's patients were told, with the notices that keep the finder from telling them again."""

from datetime import timedelta

from django.conf import settings

from reminders import composing
from reminders.models import Kind, Message, Notice, Rule, State
from scheduling.models import GONE

from .ground import key

MINUTE = timedelta(minutes=1)
QUEUED = "250 2.0.0 Ok: queued as {number:08X}"
NO_SUCH = "550 5.1.1 <{to}>: no such user here"
GREYLISTED = "451 4.7.1 Greylisted, try again later"
REFUSED, CALLED, WAITING = 3, 1, 2  # of the messages about coming visits; called: refused, and looked after


def send(ground, staff, appointments):
    """Write every message that the rules would have written by now, most of them accepted."""
    dice = ground.dice("messages")
    told = [
        (rule, visit, at)
        for rule in Rule.objects.filter(active=True).order_by("pk")
        for visit in appointments.values()
        if visit.patient.email and (at := told_at(ground, rule, visit))
    ]
    messages = [accepted(ground, dice, compose(dice, *one)) for one in told]
    trouble(ground, staff, dice, [m for m, (_, visit, _) in zip(messages, told, strict=True) if ahead(ground, visit)])
    Message.objects.bulk_create(messages)
    Notice.objects.bulk_create(
        Notice(rule=rule, visit=visit, revision=visit.revision, message=message)
        for message, (rule, visit, _) in zip(messages, told, strict=True)
    )


def told_at(ground, rule, visit):
    """When the rule told this visit, or None: not yet, not wished, or the visit was gone by then."""
    if rule.kind == Kind.BOOKED:
        at = visit.placed_at + settings.CONFIRMATION_GRACE
    elif not visit.patient.wants_reminders or visit.placed_at > reminded_at(rule, visit):
        return None
    else:
        at = composing.earliest(rule, visit, reminded_at(rule, visit))
    gone = visit.status in GONE and visit.status_at < at
    return None if gone or at >= ground.now or at >= visit.span[0] else at


def reminded_at(rule, visit):
    return visit.span[0] - timedelta(minutes=rule.lead_minutes)


def compose(dice, rule, visit, at):
    message = composing.compose(rule=rule, visit=visit, now=at)
    message.message_id = f"<{key(dice)}@{composing.host()}>"
    return message


def accepted(ground, dice, message):
    message.state, message.attempts = State.ACCEPTED, 1
    message.accepted_at = ground.past(message.next_attempt_at + timedelta(seconds=dice.randint(1, 25)))
    message.answer = QUEUED.format(number=dice.getrandbits(32))
    return message


def ahead(ground, visit):
    return visit.status not in GONE and visit.span[0] > ground.now + timedelta(hours=1)


def trouble(ground, staff, dice, messages):
    """Some of the last messages about coming visits were refused or are still under way: work for the front desk."""
    lately = sorted(messages, key=lambda message: message.created_at)[-20:]
    *refused, first, second = dice.sample(lately, REFUSED + WAITING)
    for message in refused:
        message.state, message.accepted_at = State.REFUSED, None
        message.answer = NO_SUCH.format(to=message.to)
    for message in refused[:CALLED]:
        message.handled_by, message.handled_at = staff.desk, ground.now - 15 * MINUTE
    for message, minutes in ((first, 9), (second, 13)):
        message.state, message.accepted_at, message.attempts = State.WAITING, None, 3
        message.answer, message.next_attempt_at = GREYLISTED, ground.now + minutes * MINUTE
