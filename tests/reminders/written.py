"""Messages and answers as the engine would leave them, whatever their state."""

from datetime import timedelta

from django.utils import timezone

from reminders.models import Answer, Kind, Message, Notice, Rule, State
from tests.factories import AppointmentFactory, PatientFactory

DAY = timedelta(days=1)


def told(*, state=State.REFUSED, answer="550 5.1.1 No such user", kind=Kind.BOOKED, visit=None, visits=(), **fields):
    """A message of one kind about a visit or several, to the patient of the first."""
    visits = list(visits) or [visit or AppointmentFactory()]
    now = timezone.now()
    message = Message.objects.create(
        kind=kind,
        state=state,
        answer=answer,
        accepted_at=now if state == State.ACCEPTED else None,
        **{
            "patient": visits[0].patient,
            "to": visits[0].patient.email,
            "subject": "Your visit on Monday, May 13 at 10:00 AM",
            "text": "Hello Ana,\n\nyour visit is booked.\n\nConfirm my visit: https://clinic.example/visit/confirm/x/",
            "html": "<p>Hello <b>Ana</b></p>",
            "message_id": f"<{Message.objects.count()}@localhost>",
            "attempts": 1,
            "tried_at": now,
            "next_attempt_at": now,
            "give_up_at": visits[0].starts_at,
            **fields,
        },
    )
    rule = Rule.objects.filter(kind=kind).order_by("pk").first()
    Notice.objects.bulk_create(Notice(rule=rule, visit=one, revision=one.revision, message=message) for one in visits)
    return message


def to_call(**fields):
    """A call: there is nobody to write to."""
    visit = fields.pop("visit", None) or AppointmentFactory(patient__email="")
    fields = {"kind": Kind.REMINDER, "answer": "There is no e-mail address on record.", "attempts": 0, **fields}
    return told(state=State.CALL, visit=visit, tried_at=None, **fields)


def by_hand(**fields):
    """A message that somebody wrote; it is about no visit."""
    now = timezone.now()
    patient = fields.pop("patient", None) or PatientFactory()
    state = fields.pop("state", State.REFUSED)
    return Message.objects.create(
        kind=Kind.BY_HAND,
        patient=patient,
        state=state,
        **{
            "to": patient.email,
            "subject": "Call us back",
            "text": "Hello Ana,\n\nCall us back.",
            "html": "<p>Call us back.</p>",
            "message_id": f"<{Message.objects.count()}@localhost>",
            "give_up_at": now + 2 * DAY,
            "next_attempt_at": now,
            **fields,
        },
    )


def to_staff(**fields):
    """A message to the front desk: it is to no patient."""
    return Message.objects.create(
        kind=Kind.FAILED,
        **{
            "to": "desk@example.com",
            "subject": "1 to look at under Messages",
            "text": "t",
            "html": "h",
            "message_id": f"<{Message.objects.count()}@localhost>",
            "give_up_at": timezone.now() + DAY,
            **fields,
        },
    )


def answered(kind, *, visit=None, **fields):
    visit = visit or AppointmentFactory()
    return Answer.objects.create(
        patient=visit.patient, visit=visit, kind=kind, **{"address": visit.patient.email, **fields}
    )
