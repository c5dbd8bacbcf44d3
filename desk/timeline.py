"""What has happened with a patient, newest first: visits, messages, answers, forms. Sessions and how somebody
felt since are for whoever may see them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q
from django.utils import timezone

from patients.models import Intake
from reminders import looking_after
from reminders.models import Message
from scheduling.models import GONE, Appointment
from sessions.models import SessionPlan

A_PAGE = 25
MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Event:
    """`kind` is visit, message, answer or intake, `of` the row it is about; `plan` is a visit's, if this user may see
    it."""

    at: datetime
    kind: str
    of: object
    plan: SessionPlan | None = None


def timeline(patient, user, now, before=None):
    """(events, where to go on or None). Four queries, five for whoever may see sessions."""
    limit = before or datetime.max.replace(tzinfo=UTC)
    told = [*messages(patient, user, limit), *answers(patient, user, limit)]
    events = [*visits(patient, user, now, limit), *told, *intakes(patient, limit)]
    found = sorted(events, key=when)
    newest = found[::-1][:A_PAGE]
    return newest, mark(newest[-1].at) if len(found) > A_PAGE else None


def when(event):
    return event.at


def mark(moment):
    """A moment as a query string carries it."""
    return int(moment.timestamp()) * MICROSECONDS + moment.microsecond


def marked(text):
    """The moment of a mark, or None for anything else."""
    try:
        seconds, rest = divmod(int(text), MICROSECONDS)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def visits(patient, user, now, limit):
    """Those that have begun, and those that were called off."""
    mine = Appointment.objects.visible_to(user).filter(patient=patient, starts_at__lt=limit)
    over = mine.filter(Q(starts_at__lte=now) | Q(status__in=GONE))
    over = over.select_related("service", "practitioner", "table__location")
    found = list(over.order_by("-starts_at")[: A_PAGE + 1])
    known = SessionPlan.objects.visible_to(user).annotate(amendments=Count("record__amendments"))
    plans = {plan.appointment_id: plan for plan in known.filter(appointment__in=found)}
    return [Event(visit.starts_at, "visit", visit, plans.get(visit.pk)) for visit in found]


def messages(patient, user, limit):
    sent = Message.objects.visible_to(user).about([patient]).filter(created_at__lt=limit)
    return [Event(message.created_at, "message", message) for message in sent.defer("text", "html")[: A_PAGE + 1]]


def answers(patient, user, limit):
    """That somebody asked to be called, and who called; how they were is for whoever may see sessions."""
    came = looking_after.with_visits(looking_after.readable(user)).filter(patient=patient, came_at__lt=limit)
    return [Event(answer.came_at, "answer", answer) for answer in came[: A_PAGE + 1]]


def intakes(patient, limit):
    """That a form came in is no secret; what it says is."""
    came = Intake.objects.filter(patient=patient, completed_at__lt=limit).only("patient", "completed_at", "reviewed_at")
    return [Event(intake.completed_at, "intake", intake) for intake in came[: A_PAGE + 1]]


def coming(patient, user, now):
    """Visits that lie ahead, the one that is going on included, the soonest first."""
    ahead = Appointment.objects.visible_to(user).live().filter(patient=patient, ends_at__gt=now)
    known = ahead.select_related("service", "practitioner", "table__location", "plan")
    return list(known.order_by("starts_at")[:A_PAGE])


def today(visits, now):
    """The first of these visits on the present day of its location, or None."""
    return next((visit for visit in visits if local(visit.starts_at, visit) == local(now, visit)), None)


def local(moment, visit):
    return timezone.localdate(moment, visit.zone)
