"""A message that somebody writes: plain words of their own within the clinic's letter."""

import logging
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db import IntegrityError, models, transaction
from django.template.loader import get_template
from django.utils import timezone

from clinic.errors import ClinicError
from clinic.models import Location
from patients.models import Language, Patient
from reminders import composing, links, reaching
from reminders.handling import GRACE
from reminders.kinds import SPECS
from reminders.letters import Letters
from reminders.links import Own
from reminders.models import Kind, Message
from reminders.wording import heads, one_line
from scheduling.errors import SentTwice
from scheduling.models import Appointment

logger = logging.getLogger(__name__)


class Ready(models.TextChoices):
    """Texts to start from, in templates/reminders/mail/by_hand/."""

    LATE = "late", "We run late"
    BRING = "bring", "Something to bring"
    CALL_US = "call_us", "Call us back"


class NotWritten(ClinicError):
    """There is nobody to write to."""


@dataclass(frozen=True)
class Draft:
    """What somebody wrote, to whom, and from which place."""

    patient: Patient
    place: Location
    language: str
    subject: str
    text: str


@lru_cache
def ready(name, language):
    """(subject, text) to start from."""
    source = get_template(f"reminders/mail/by_hand/{name}.{language}.txt").template.source
    subject, _, text = heads(source)
    return subject, text.strip()


def beside(subject, text, start):
    """A ready (subject, text) with what was typed before it. A ready text that nobody has touched gives way."""
    subject, text = subject.strip(), text.replace("\r\n", "\n").strip()
    untouched = {("", "")} | {ready(name, language) for name in Ready for language in Language.values}
    if (subject, text) in untouched:
        return start
    return subject or start[0], f"{text}\n\n{start[1]}" if text else start[1]


def place_of(patient):
    """The place of their last visit, else the first there is."""
    last = Appointment.objects.filter(patient=patient).select_related("table__location").order_by("-span").first()
    return last.location if last else Location.objects.active().first()


def refused(patient):
    """Why this patient can't be written to, or an empty string."""
    if patient.deceased_on:
        return "The record says that this patient has died. Nothing is sent."
    if not patient.email:
        return "There is no e-mail address on record. Call instead."
    if reason := reaching.unreachable([patient.email]).get(patient.email):
        return f"{reason} Call, and correct the address first."
    return ""


def words(draft):
    """The letter as it will be read. What was typed is filled in like a name: nothing of it is ever markup."""
    place, patient = draft.place, draft.patient
    values = {
        "given_name": patient.given_name,
        "place": place.name,
        "address": place.address,
        "phone": place.phone,
        "email": place.email,
        "count": 1,
        "preferences_url": links.own_url(Own.PREFERENCES, patient),
        "words": draft.text.replace("\r\n", "\n").strip(),
    }
    return Letters().wording(Kind.BY_HAND, draft.language).fill(values)


def write(*, draft, request_key, by):
    """Have it sent, and return the message; the same `request_key` sends once. Raises NotWritten, or SentTwice if the
    key has sent something else."""
    if known := sent_before(request_key, draft):
        return known
    try:
        with transaction.atomic():
            return written(draft, request_key, by)
    except IntegrityError:  # the second press was as quick as the first
        return sent_before(request_key, draft)


def sent_before(request_key, draft):
    """What this form has sent already, or None. Raises SentTwice if other words are to go now."""
    first = Message.objects.filter(request_key=request_key).select_related("patient").first()
    if first and (first.patient, first.subject, first.text) != (
        draft.patient,
        one_line(draft.subject),
        words(draft).text,
    ):
        raise SentTwice(
            f"This form was sent before, as “{first.subject}” to {first.patient.name}. Nothing more was sent. "
            "Press Send again for another message."
        )
    return first


def written(draft, request_key, by):
    patient = Patient.objects.select_for_update(no_key=True).get(pk=draft.patient.pk)
    if reason := refused(patient):
        raise NotWritten(reason)
    message = composed(replace(draft, patient=patient), by=by, now=timezone.now())
    message.request_key = request_key
    message.save()
    logger.info("message %s written by user %s", message.pk, by.pk)
    return message


def composed(draft, *, by, now):
    """The message, unsaved."""
    filled = words(draft)
    return Message(
        kind=Kind.BY_HAND,
        patient=draft.patient,
        to=draft.patient.email,
        subject=one_line(draft.subject),
        text=filled.text,
        html=filled.html,
        reply_to=draft.place.email,
        message_id=composing.new_message_id(),
        next_attempt_at=now + GRACE,
        give_up_at=now + SPECS[Kind.BY_HAND].lasts,
        created_at=now,
        written_by=by,
    )
