"""Putting right an address that is somebody else's, and telling again what went there."""

import logging
from itertools import pairwise

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from clinic.errors import ClinicError
from patients.models import Patient
from reminders import calling, composing, copies, handling, reaching
from reminders.errors import AlreadyHandled
from reminders.letters import Letters
from reminders.looking_after import AnsweredAgain, look_after, names
from reminders.models import Answer, AnswerKind, Message, Notice, State

logger = logging.getLogger(__name__)
LOOKED_AT = 50  # events of a patient's history
WENT = [State.ACCEPTED, State.UNCERTAIN]
NOBODY_CALLS = "The address was put back before anybody called. What was sent there stands."


class SameAddress(ClinicError):
    """The correction corrects nothing."""


class HasAnother(ClinicError):
    """Somebody has written down another address meanwhile."""


class NothingAstray(ClinicError):
    """All that went to the wrong address has been told again, or is no longer true."""


@transaction.atomic
def correct(*, answer, to, by, also=()):
    """Write down the patient's right address; of `also` too, who share the wrong one. Returns these people, the patient
    first.

    Nobody else's is touched: the address may be the right one of others who have it. The links that went there end by
    themselves. If nobody knows the right one it is "", and what the stranger was told is said on the telephone. Raises
    HasAnother and changes nothing if one of them has another address by now.
    """
    if to == answer.address:
        raise SameAddress("This is the address that is somebody else's. Write another one.", field="to")
    people = locked(answer, also)
    if others := [patient for patient in people if patient.email != answer.address or patient.merged_into_id]:
        raise HasAnother(f"Another address is on record by now: {names(others)}. Nothing was changed.")
    now = timezone.now()
    look_after(answer=answer, by=by, at=now)
    said_of(people, answer).open().update(handled_by=by, handled_at=now)
    write(people, to, answer, by)
    if not to:
        call(people, answer, by, now)
    return sorted(people, key=lambda patient: patient.pk != answer.patient_id)


@transaction.atomic
def undo(*, answer, by, also=()):
    """Take `correct` back, for whoever still has the address that it gave them, and the calls that nobody has made."""
    people = [patient for patient in locked(answer, also) if was_corrected(patient, answer)]
    if answer.patient_id not in {patient.pk for patient in people}:
        raise HasAnother("The address has been changed again since. Nothing was changed.")
    settled = said_of(people, answer).filter(handled_at=answer.handled_at)
    try:
        with transaction.atomic():
            settled.update(handled_by=None, handled_at=None)
    except IntegrityError:
        raise AnsweredAgain("The same was answered again meanwhile. Nothing was changed.") from None
    write(people, answer.address, answer, by)
    call_off(people, answer)


def locked(answer, also):
    """The patient and these others. People are locked before answers and messages, by everybody and in one order: so
    whoever the letters to that address tell of is locked with them."""
    mine = {answer.patient_id, *also}
    letters = Message.objects.about(mine).filter(to=answer.address)
    readers = letters.filter(patient__isnull=False).values_list("patient", flat=True)
    told = Notice.objects.filter(message__in=letters).values_list("visit__patient", flat=True)
    everybody = mine.union(readers, told)
    people = Patient.objects.select_for_update(no_key=True).filter(pk__in=everybody).order_by("pk")
    return [patient for patient in people if patient.pk in mine]


def said_of(people, answer):
    """What was said of this address and these people."""
    return Answer.objects.filter(kind=AnswerKind.NOT_ME, address=answer.address, patient__in=people)


def write(people, to, answer, by):
    with pghistory.context(user=by.pk, answer=answer.pk):
        for patient in people:
            patient.email = to
            patient.save(update_fields=["email"])
    logger.info("address of patients %s changed for answer %s by user %s", [p.pk for p in people], answer.pk, by.pk)


def was_corrected(patient, answer):
    """Was the last change of this patient's address the one that `correct` made for this answer?"""
    events = patient.patient_history.select_related("pgh_context").order_by("-pgh_id")[:LOOKED_AT]
    for newer, older in pairwise(events):
        if newer.email != older.email:
            known = newer.pgh_context.metadata if newer.pgh_context else {}
            return known.get("answer") == answer.pk and older.email == answer.address
    return False


def call(people, answer, by, now):
    """Nobody knows where to write to them: what the stranger was told of coming visits becomes a call."""
    mine = {patient.pk for patient in people}
    for message in newest(went(mine, [answer.address]), mine, by_phone=True):
        tell(message, mine, by, now)


def call_off(people, answer):
    """What was to be said to these people on the telephone, and nobody has said, the letters tell again."""
    asked = Message.objects.filter(copy_of__to=answer.address, state=State.CALL, handled_at=None)
    asked = asked.filter(created_at__gte=answer.handled_at, notices__visit__patient__in=people)
    for call in Message.objects.filter(pk__in=asked).select_for_update(of=("self",)).order_by("pk"):
        copies.take_back(call, call.notices.filter(visit__patient__in=people))
        if not call.notices.exists():
            Message.objects.filter(pk=call.pk).update(state=State.DROPPED, answer=NOBODY_CALLS)


class Astray:
    """What was told to the addresses of these answers though they were somebody else's, about visits still ahead, and
    was never told to the patients. Three queries, however many answers."""

    def __init__(self, answers):
        known = [one for one in answers if is_corrected(one)]
        self.homes = homes(known)
        self.messages = list(went(set().union(*self.homes.values()), [one.address for one in known])) if known else []

    def of(self, answer):
        """The messages that went astray and are to be told again, the newest first."""
        return self.newest(answer, WENT)

    def to_tell(self, answer):
        """These, and what is on the list of calls because of that address."""
        return self.newest(answer, [*WENT, State.CALL])

    def newest(self, answer, states):
        people = self.homes.get(answer.pk, set())
        mine = [one for one in self.messages if one.to == answer.address and one.state in states]
        return newest(mine, people, by_phone=not answer.patient.email)


def is_corrected(answer):
    wrong = answer.kind == AnswerKind.NOT_ME and answer.handled_at
    return bool(wrong) and answer.address not in ("", answer.patient.email)


def homes(answers):
    """{answer: patients who are written to at its patient's present address}; without one it is the patient alone."""
    emails = {answer.patient.email for answer in answers} - {""}
    together = list(Patient.objects.filter(email__in=emails, merged_into=None)) if emails else []
    return {
        one.pk: {one.patient_id, *(other.pk for other in together if other.email == one.patient.email)}
        for one in answers
    }


def went(people, addresses):
    """What went to these addresses about these people's coming visits and is still true, or was to be said instead, the
    newest first."""
    coming = Q(message=OuterRef("pk"), visit__patient__in=people, visit__starts_at__gt=timezone.now())
    still = calling.still_so().filter(calling.true_of_its_visit(), coming)
    told = Q(state__in=WENT) | Q(state=State.CALL, handled_at=None)
    sent = Message.objects.about(people).filter(told, sent_again=None, to__in=addresses)
    return sent.filter(Exists(still)).with_reasons()


def newest(messages, people, *, by_phone):
    """Of each visit of these people the newest message of a kind. Who is called hears of each visit once."""
    seen, found = set(), []
    for message in messages:
        theirs = [notice.visit_id for notice in message.notices.all() if notice.visit.patient_id in people]
        reasons = {(visit, "" if by_phone else message.kind) for visit in theirs}
        if not reasons <= seen:
            found.append(message)
        seen |= reasons
    return found


def tell_again(*, answer, by):
    """Send what went astray to the right address, or have it said on the telephone if there is none. Returns how many.

    One that can't go any more stops no other.
    """
    astray = Astray([answer])
    people = astray.homes.get(answer.pk, set())
    done = sum(tell(message, people, by, timezone.now()) for message in reversed(astray.to_tell(answer)))
    if not done:
        raise NothingAstray("There is nothing left to tell again: somebody was faster, or it is no longer true.")
    return done


def tell(message, people, by, now):
    try:
        tell_apart(message=message, people=people, by=by, now=now)
    except (handling.NotSent, AlreadyHandled) as refusal:
        logger.info("message %s not told again: %s", message.pk, type(refusal).__name__)
        return False
    return True


@transaction.atomic
def tell_apart(*, message, people, by, now):
    """Tell these people, all of one address, what a message told of them, as far as it is still so, and of others
    perhaps who do have its address. Who can't be written to is called. Returns the new message."""
    handling.locked(message)
    message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    handling.refuse(handling.standing_in_the_way(message))
    notices = list(copies.standing(message, now).filter(visit__patient__in=people))
    if not notices:
        raise handling.NotSent("Not sent again: it has been told already.")
    rule, visits = notices[0].rule, [notice.visit for notice in notices]
    missing, to = composing.forms_missing(rule.kind, visits), visits[0].patient.email
    reason = reaching.unreachable([to]).get(to, "")
    new = composing.compose(rule=rule, visits=visits, now=now, letters=Letters(), missing=missing, reason=reason)
    new.copy_of = message
    handling.with_grace(new, now).save()
    copies.keep(new, notices, by)
    logger.info("message %s told again as %s by user %s", message.pk, new.pk, by.pk)
    return new
