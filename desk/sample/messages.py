"""What the sample's patients were told, with the notices that keep the finder from telling them again."""

from collections import defaultdict
from datetime import timedelta

from django.conf import settings

from patients.models import Patient
from reminders import composing, kinds
from reminders.kinds import SPECS
from reminders.letters import Letters
from reminders.models import Kind, Message, Notice, Rule, State
from reminders.models.rules import AFTER, AHEAD, NEEDED
from scheduling.models import GONE, Status

from .answers import answer
from .ground import key
from .trouble import trouble

HANDLED_WITHIN = timedelta(minutes=20)
QUEUED = "250 2.0.0 Ok: queued as {number:08X}"


def send(ground, staff, appointments):
    """Write every message that the rules would have written by now, most of them accepted."""
    dice, letters, visits = ground.dice("messages"), Letters(), list(appointments.values())
    marry(ground, visits)
    rules = Rule.objects.exclude(kind__in=[Kind.FAILED, Kind.URGENT]).order_by("pk")
    told = [letter for rule in rules for letter in letters_of(ground, rule, visits)]
    messages = [written(ground, dice, staff, letters, *one) for one in told]
    sent = [(message, group) for message, (_, group, _) in zip(messages, told, strict=True)]
    trouble(ground, staff, dice, sent)
    Message.objects.bulk_create(messages)
    Notice.objects.bulk_create(
        Notice(rule=rule, visit=visit, revision=visit.revision, message=message)
        for message, (rule, group, _) in zip(messages, told, strict=True)
        for visit in group
    )
    answer(ground, staff, dice, sent)


def marry(ground, visits):
    """Two who come on the same day share an address: they get one letter."""
    first = {}
    for visit in visits:
        if not ahead(ground, visit) or not visit.patient.email or visit.span[0] > ground.now + timedelta(days=2):
            continue
        key = (visit.span[0].astimezone(visit.zone).date(), visit.patient.language)
        other = first.setdefault(key, visit.patient)
        if other != visit.patient and other.wants_reminders and visit.patient.wants_reminders:
            visit.patient.email = other.email
            for one in visits:
                if one.patient_id == visit.patient_id:
                    one.patient = visit.patient
            Patient.objects.filter(pk=visit.patient_id).update(email=other.email)
            return


def letters_of(ground, rule, visits):
    """(rule, visits, when it was written) of each letter of a rule; a day's visits of one address are one letter."""
    found = defaultdict(list)
    for visit in visits:
        if at := told_at(ground, rule, visit):
            day = visit.span[0].astimezone(visit.zone).date()
            together = (visit.patient.email, visit.patient.language, day) if rule.kind in AHEAD else visit.pk
            found[together if visit.patient.email else visit.pk].append((visit, at))
    return [(rule, [visit for visit, _ in group], min(at for _, at in group)) for group in found.values()]


def told_at(ground, rule, visit):
    """When the rule told this visit, or None: not yet, not wished, nobody to tell, or the visit was gone by then."""
    patient, at = visit.patient, MOMENTS[rule.kind](rule, visit)
    if at is None or at >= ground.now or not (patient.email or kinds.by_phone(rule)):
        return None
    if rule.kind not in NEEDED and not patient.wants_reminders:
        return None
    if rule.kind in AFTER:
        return at
    gone = rule.kind != Kind.CANCELLED and visit.status in GONE and visit.status_at < at
    return None if gone or at >= visit.span[0] else at


def news(rule, visit):
    moved = visit.revision > 0
    return visit.placed_at + settings.CONFIRMATION_GRACE if moved == (rule.kind == Kind.MOVED) else None


def called_off(rule, visit):
    """Who was told of a visit is told that it is cancelled."""
    told = visit.status == Status.CANCELLED and visit.placed_at + 2 * settings.CONFIRMATION_GRACE < visit.status_at
    return visit.status_at + settings.CONFIRMATION_GRACE if told else None


def before(rule, visit):
    at = visit.span[0] - timedelta(minutes=rule.minutes)
    return at if visit.placed_at <= at else None


def preparing(rule, visit):
    """Who books within the rule's time reads it at once, unless it is too late for that."""
    at = max(visit.span[0] - timedelta(minutes=rule.minutes), visit.placed_at + settings.CONFIRMATION_GRACE)
    return at if at < visit.span[0] - kinds.TOO_LATE_TO_PREPARE else None


def after(rule, visit):
    wait = max(timedelta(minutes=rule.minutes), settings.CONFIRMATION_GRACE)
    return visit.status_at + wait if visit.status in SPECS[rule.kind].statuses else None


MOMENTS = {
    Kind.BOOKED: news,
    Kind.MOVED: news,
    Kind.CANCELLED: called_off,
    Kind.REMINDER: before,
    Kind.BEFORE: preparing,
    Kind.AFTERCARE: after,
    Kind.HOW_ARE_YOU: after,
    Kind.NO_SHOW: after,
}


def written(ground, dice, staff, letters, rule, visits, at):
    message = composing.compose(rule=rule, visits=visits, now=at, letters=letters)
    message.message_id = f"<{key(dice)}@{composing.host()}>"
    if message.state == State.CALL:
        return called(ground, staff, message)
    return accepted(ground, dice, message) if message.next_attempt_at < ground.now else message


def called(ground, staff, message):
    """Calls of the past were made; those about visits ahead are still to be made."""
    if message.give_up_at <= ground.now:
        message.handled_by, message.handled_at = staff.desk, message.created_at + HANDLED_WITHIN
    return message


def accepted(ground, dice, message):
    message.state, message.attempts = State.ACCEPTED, 1
    message.accepted_at = ground.past(message.next_attempt_at + timedelta(seconds=dice.randint(1, 25)))
    message.tried_at = message.accepted_at
    message.answer = QUEUED.format(number=dice.getrandbits(32))
    return message


def ahead(ground, visit):
    return visit.status not in GONE and visit.span[0] > ground.now + timedelta(hours=1)
