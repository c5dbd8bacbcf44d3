"""What the front desk does about a message: sends it again, sends it now, or does not send it."""

import logging
from datetime import timedelta

import pghistory
from django.db import transaction
from django.utils import timezone

from clinic.errors import ClinicError
from patients.models import Patient
from reminders import composing, copies, links, reaching
from reminders.errors import AlreadyHandled
from reminders.kinds import SPECS
from reminders.letters import Letters
from reminders.links import Own
from reminders.models import UNDER_WAY, Kind, Message, Notice, State
from reminders.objections import LASTING, objection

logger = logging.getLogger(__name__)
TAKEN_BACK = "Taken back before it went. What it was a copy of stands again."
HELD_BACK = "Somebody has held it back. It can be sent after all, on its own page."
GRACE = timedelta(seconds=20)  # in which whoever pressed Send by mistake can take it back: until then nothing goes


class NotSent(ClinicError):
    """It would tell nothing true, or tell it twice, or nobody at this hour."""


class AddressMoved(ClinicError):
    """Somebody has corrected the address while this form was open; `present` is what it is by now."""

    def __init__(self, present, to):
        by_now = f"it is {present} now" if present else "it is taken off the record"
        super().__init__(f"Somebody has changed this patient's address meanwhile: {by_now}. Nothing was sent to {to}.")
        self.present = present


@transaction.atomic
def resend(*, message, by, to=None, seen="", reader=None, letters=None):
    """Send it once more, in words of today. Returns the copy; what was refused stays on record as it was.

    Without `to` it goes to the address that the patient has by now. With it the address is corrected, also of those
    of a family who shared it; `seen` is the address that was on the screen, and raises AddressMoved if neither that
    nor the new one is the patient's by now, and `reader` the key of whose address that was. It tells of what is still
    true, and of whoever is written to there.
    """
    people, now = locked(message), timezone.now()
    message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    refuse(standing_in_the_way(message))
    patient = copies.reader(message, now)
    if reader not in (None, patient.pk):
        raise NotSent(f"Not sent again: of whom it tells only {patient} is left. Nobody's address was changed.")
    present = patient.email
    if to is None:
        to = present
        refuse(reaching.unreachable([to]).get(to, "") if to else composing.NO_ADDRESS)
    elif present not in (seen, to):
        raise AddressMoved(present, to)
    elif present != to:
        correct(people, patient, {seen} - {""}, to, by)
    notices = told_at(message, to, now)
    copy = again(message, patient.pk, notices, to, now, letters or Letters())
    copy.save()
    copies.keep(copy, notices, by)
    found = objection(copy, now)
    refuse(found.label if found in LASTING else "")
    logger.info("message %s sent again as %s by user %s", message.pk, copy.pk, by.pk)
    return copy


def resend_all(*, messages, by):
    """Each to the address its patient has by now, each for itself. Returns the copies, and [(message, why not)]."""
    letters, copies, refused = Letters(), [], []
    for message in messages:
        try:
            copies.append(resend(message=message, by=by, letters=letters))
        except ClinicError as refusal:
            refused.append((message, str(refusal)))
    return copies, refused


def locked(message):
    """Everybody the message is to or tells of. People are locked before messages, by everybody."""
    told = Notice.objects.filter(message=message).values_list("visit__patient", flat=True)
    people = {message.patient_id, *told} - {None}
    return list(Patient.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))


def standing_in_the_way(message):
    if message.state in UNDER_WAY:
        return "It is still waiting and will go by itself."
    if message.sent_again_id:
        return "Somebody has sent it again already."
    if not message.patient_id:
        return "It was to the front desk, and to no patient."
    if not message.may_go_again:
        return HELD_BACK if message.handled_by_id else "It did not go, and what is still due is written anew by itself."
    if message.kind != Kind.BY_HAND and not message.notices.exists():
        return "It tells of no visit any more."
    return ""


def refuse(reason):
    if reason:
        raise NotSent(f"Not sent again: {lowered(reason)}")


def lowered(sentence):
    return sentence[0].lower() + sentence[1:]


def correct(people, reader, old, to, by):
    """Whom it is to is known by this address, and so is whoever had the old one with them."""
    for patient in people:
        if patient.email != to and (patient == reader or patient.email in old):
            patient.email = to
            with pghistory.context(user=by.pk):
                patient.save(update_fields=["email"])


def told_at(message, to, now):
    """What it tells to people at this address; if that is nothing, all that it told, so that the last look says why."""
    told = list(Notice.objects.filter(message=message).as_things_stand().order_by("visit__span", "pk"))
    return [notice for notice in copies.standing(message, now) if notice.visit.patient.email == to] or told


def again(message, reader, notices, to, now, letters):
    """The copy, unsaved. The reader is read anew, whose address may have been corrected a moment ago."""
    patient = Patient.objects.get(pk=reader)
    copy = anew(notices, now, letters) if notices else copied(message, patient, now)
    copy.copy_of, copy.patient, copy.to = message, patient, to
    return with_grace(copy, now)


def with_grace(message, now):
    message.next_attempt_at = min(max(message.next_attempt_at, now + GRACE), message.give_up_at)
    return message


def anew(notices, now, letters):
    """The same news in words of today, with links that its address opens. A rule by telephone is no obstacle: a
    person has decided to write."""
    visits, rule = [notice.visit for notice in notices], notices[0].rule
    missing = composing.forms_missing(rule.kind, visits)
    copy = composing.compose(rule=rule, visits=visits, now=now, letters=letters, missing=missing)
    copy.state, copy.answer = State.WAITING, ""
    return copy


def copied(message, patient, now):
    """What somebody wrote by hand, word for word, under a new number: a server that has seen the first must not take
    this one for a repeat. The link to their preferences is one that the new address opens."""
    before = links.own_token(Own.PREFERENCES, Patient(pk=message.patient_id, email=message.to))
    after = links.own_token(Own.PREFERENCES, patient)
    return Message(
        kind=message.kind,
        subject=message.subject,
        text=message.text.replace(before, after),
        html=message.html.replace(before, after),
        reply_to=message.reply_to,
        written_by=message.written_by,
        message_id=composing.new_message_id(),
        give_up_at=now + SPECS[message.kind].lasts,
        next_attempt_at=now,
        created_at=now,
    )


def send_now(*, message, by):
    """Have a message that waits tried at once. The last look of whoever takes it is the same as ever."""
    now = timezone.now()
    if found := objection(message, now):
        raise NotSent(f"It may not go now: {lowered(found.label)}")
    if not waiting(message).filter(give_up_at__gt=now).update(next_attempt_at=now):
        raise not_waiting(message)
    logger.info("message %s sent at once by user %s", message.pk, by.pk)


@transaction.atomic
def withhold(*, message, by):
    """Do not send what waits. It counts as told, so that nothing writes it anew: a person has decided.

    One statement decides between this and the worker that takes it. What it was a copy of stands again, and is
    returned: the copy itself can't be released.
    """
    if not waiting(message).update(state=State.DROPPED, answer="", handled_by=by, handled_at=timezone.now()):
        raise not_waiting(message)
    if message.copy_of:
        copies.take_back(message, message.notices)
        Message.objects.filter(pk=message.pk).update(handled_by=None, handled_at=None, answer=TAKEN_BACK)
    logger.info("message %s held back by user %s", message.pk, by.pk)
    return message.copy_of


@transaction.atomic
def release(*, message, by):
    """Take `withhold` back: it waits again, as long as it is still true."""
    now = timezone.now()
    if not withheld(message).filter(give_up_at__gt=now).update(state=State.WAITING, handled_by=None, handled_at=None):
        raise AlreadyHandled("It is too late for that: nothing was changed.")
    found = objection(message, now)
    if found in LASTING:
        raise NotSent(f"It may not go: {lowered(found.label)}")
    logger.info("message %s released by user %s", message.pk, by.pk)


def waiting(message):
    return Message.objects.filter(pk=message.pk, state=State.WAITING)


def withheld(message):
    """A person held it back, and nobody has written to the patient instead."""
    return Message.objects.filter(pk=message.pk, state=State.DROPPED, handled_by__isnull=False, sent_again=None)


def not_waiting(message):
    state = Message.objects.values_list("state", flat=True).get(pk=message.pk)
    return AlreadyHandled(NOT_WAITING.get(state, "It does not wait any more. Nothing was changed."))


NOT_WAITING = {
    State.WAITING: "It is too late for this message: it is given up at any moment.",
    State.SENDING: "It is being handed to the mail server at this moment. Look again in a minute.",
    State.ACCEPTED: "The mail server has it already: nothing can call it back.",
    State.DROPPED: "It has been held back already.",
}
