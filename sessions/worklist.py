"""What is still to be signed: sessions that were begun, and visits that are over without a signed session."""

from datetime import timedelta

from django.db.models import Q

from scheduling.models import Appointment, Status
from sessions.models import Handover, PlanStatus, SessionPlan

# Product default: written up within two days, while it is remembered. No source found names the hours.
OVERDUE = timedelta(hours=48)
LOOK_BACK = timedelta(days=366)  # a visit without any plan older than this is for the archive, not for today's list


def unsigned(*, practitioner=None):
    """Plans to be signed, oldest visit first: the session has begun, or its visit is completed."""
    plans = SessionPlan.objects.unsigned().filter(
        Q(status=PlanStatus.IN_PROGRESS) | Q(appointment__status=Status.COMPLETED)
    )
    if practitioner:
        given, taken = handed(practitioner)
        plans = plans.filter(Q(appointment__practitioner=practitioner) & ~Q(pk__in=given) | Q(pk__in=taken))
    return plans.select_related(
        "appointment__patient", "appointment__practitioner", "appointment__service", "appointment__table__location"
    ).order_by("appointment__starts_at", "pk")


def handed(practitioner):
    """(plans that somebody took over, those of them that this person took last): who took it over signs it."""
    last = Handover.objects.filter(plan__signed_at__isnull=True).order_by("plan", "-at", "-pk").distinct("plan")
    taken = Handover.objects.filter(pk__in=last.values("pk"), taken_by=practitioner.user_id)
    return last.values("plan"), taken.order_by().values("plan")


def completed_unsigned(*, now, practitioner=None):
    """Completed visits whose session nobody has signed, those without a plan included, oldest first."""
    visits = Appointment.objects.filter(status=Status.COMPLETED, plan__signed_at__isnull=True).starting(
        now - LOOK_BACK, now
    )
    if practitioner:
        given, taken = handed(practitioner)
        visits = visits.filter(Q(practitioner=practitioner) & ~Q(plan__in=given) | Q(plan__in=taken))
    return visits.select_related("patient", "practitioner", "service", "table__location").order_by("starts_at", "pk")


def age(visit, now):
    """How long a visit has been over, in its greatest unit: 3 days, 5 hours, under an hour."""
    over = max(now - visit.ends_at, timedelta())
    number, unit = (over.days, "day") if over.days else (over.seconds // 3600, "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else "under an hour"


def is_overdue(visit, now):
    return now - visit.ends_at > OVERDUE
