"""What the sample's patients answered, and how the front desk was told of it and of what did not arrive."""

from datetime import timedelta

from clinic.models import Location
from reminders import composing, reaching
from reminders.letters import Letters
from reminders.models import FAILURES, Answer, AnswerKind, Kind, Message, StaffNotice, State

from .ground import key

HOUR = timedelta(hours=1)
ANSWERED = [AnswerKind.WELL, AnswerKind.URGENT, AnswerKind.WELL, AnswerKind.URGENT]  # beside one of Kim's, who is sore


def answer(ground, staff, dice, sent):
    """The last who were asked how they are have answered; two addresses were said to be somebody else's."""
    for message, visits in sent:
        if message.answer == reaching.SOMEBODY_ELSES:
            Answer.objects.create(
                patient=visits[0].patient,
                visit=visits[0],
                kind=AnswerKind.NOT_ME,
                address=message.to,
                came_at=message.created_at - HOUR,
            )
    asked = [(message, visits[0]) for message, visits in sent if message.kind == Kind.HOW_ARE_YOU]
    asked = sorted(asked, key=lambda pair: (pair[0].created_at, pair[0].message_id))
    sore = [pair for pair in asked if pair[1].practitioner == staff.treating["Kim"]][-1]
    asked = [pair for pair in asked if pair != sore][-len(ANSWERED) :]
    for kind, (message, visit) in [(AnswerKind.SORE, sore), *zip(ANSWERED, asked, strict=False)]:
        came = ground.past(message.created_at + HOUR)
        called = kind == AnswerKind.URGENT and visit != asked[-1][1]
        looked = {"handled_by": staff.desk, "handled_at": ground.past(came + HOUR / 4)} if called else {}
        Answer.objects.create(patient=visit.patient, visit=visit, kind=kind, address=message.to, came_at=came, **looked)
    tell(ground, dice)


def tell(ground, dice):
    """One letter to the desk about the failures, one about whoever asks to be called."""
    failed = Message.objects.filter(state__in=FAILURES, handled_at=None, patient__isnull=False)
    urgent = Answer.objects.filter(kind=AnswerKind.URGENT, handled_at=None)
    for kind, name, found in ((Kind.FAILED, "failed", list(failed)), (Kind.URGENT, "answer", list(urgent))):
        if found:
            told = letter(ground, dice, kind, len(found))
            StaffNotice.objects.bulk_create(StaffNotice(message=told, **{name: one}) for one in found)


def letter(ground, dice, kind, count):
    place, at = Location.objects.exclude(email="").first(), ground.now - HOUR / 4
    message = composing.to_staff(kind=kind, location=place, count=count, letters=Letters(), now=at)
    message.message_id, message.answer = f"<{key(dice)}@{composing.host()}>", "250 2.0.0 Ok: queued"
    message.state, message.attempts, message.tried_at, message.accepted_at = State.ACCEPTED, 1, at, at
    message.save()
    return message
