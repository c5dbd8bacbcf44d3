"""Sending a message again that did not arrive, or that somebody asks for once more."""

import logging

import pghistory
from django.db import transaction
from django.utils import timezone

from clinic.errors import ClinicError
from patients.models import Patient
from reminders import composing, links
from reminders.kinds import SPECS
from reminders.letters import Letters
from reminders.links import Own
from reminders.models import UNDER_WAY, Message, Notice, State
from reminders.objections import LASTING, objection

logger = logging.getLogger(__name__)


class NotResent(ClinicError):
    """Sending it again would tell nothing true, or tell it twice."""


class AlreadyHandled(ClinicError):
    """Somebody was faster."""


@transaction.atomic
def resend(*, message, to, by):
    """Send it once more, to a corrected address if need be; the people it tells of are known by that address from now.

    What was refused stays on record as it was: the copy is a message of its own. To another address it is written
    anew, because the links in the old one end with the old address. Returns the copy.
    """
    people = locked(message)
    message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    refuse(standing_in_the_way(message))
    correct(people, message, to, by)
    now = timezone.now()
    copy = again(message.pk, to, now)
    copy.save()
    Notice.objects.filter(message=message).update(message=copy)
    found = objection(copy, now)
    refuse(found.label if found in LASTING else "")
    Message.objects.filter(pk=message.pk).update(handled_by=by, handled_at=now, sent_again=copy)
    logger.info("message %s sent again as %s by user %s", message.pk, copy.pk, by.pk)
    return copy


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
        return "It was held back, and what is still due is written anew by itself."
    return ""


def refuse(reason):
    if reason:
        raise NotResent(f"Not sent again: {reason[0].lower()}{reason[1:]}")


def correct(people, message, to, by):
    """Whom it is to is known by this address, and so is whoever had the old one with them."""
    for patient in people:
        if patient.email != to and (patient.pk == message.patient_id or patient.email == message.to):
            patient.email = to
            with pghistory.context(user=by.pk):
                patient.save(update_fields=["email"])


def again(pk, to, now):
    """The copy, unsaved; read anew, because the address has been corrected a moment ago."""
    message = Message.objects.select_related("patient").get(pk=pk)
    notices = list(Notice.objects.filter(message=message).as_things_stand().order_by("visit__span", "pk"))
    return anew(message, notices, to, now) if notices and message.to != to else copied(message, to, now)


def anew(message, notices, to, now):
    """The same news in words of today, with links that the new address opens. A rule by telephone is no obstacle: a
    person has decided to write."""
    visits = [notice.visit for notice in notices]
    rule, missing = notices[0].rule, composing.forms_missing(message.kind, visits)
    copy = composing.compose(rule=rule, visits=visits, now=now, letters=Letters(), missing=missing)
    copy.patient, copy.to, copy.state, copy.answer = message.patient, to, State.WAITING, ""
    return copy


def copied(message, to, now):
    """The same words under a new number: a server that has seen the first must not take this one for a repeat. The link
    to their preferences is one that the new address opens."""
    lasts = SPECS[message.kind].lasts
    before = links.own_token(Own.PREFERENCES, Patient(pk=message.patient_id, email=message.to))
    after = links.own_token(Own.PREFERENCES, message.patient)
    return Message(
        kind=message.kind,
        patient=message.patient,
        to=to,
        subject=message.subject,
        text=message.text.replace(before, after),
        html=message.html.replace(before, after),
        calendar=message.calendar,
        reply_to=message.reply_to,
        unsubscribe=links.own_url(Own.UNSUBSCRIBE, message.patient) if message.unsubscribe else "",
        written_by=message.written_by,
        message_id=composing.new_message_id(),
        give_up_at=now + lasts if lasts else message.give_up_at,
        next_attempt_at=now,
        created_at=now,
    )
