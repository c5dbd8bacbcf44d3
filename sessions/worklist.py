"""What is still to be signed: sessions that were begun, and visits that are over without a signed session."""

from datetime import timedelta

from django.db.models import Q

from scheduling.models import Appointment, Status
from sessions.models import PlanStatus, SessionPlan

LOOK_BACK = timedelta(days=366)  # a visit without any plan older than this is for the archive, not for today's list


def unsigned(*, practitioner=None):
    """Plans to be signed, oldest visit first: the session has begun, or its visit is completed."""
    plans = SessionPlan.objects.unsigned().filter(
        Q(status=PlanStatus.IN_PROGRESS) | Q(appointment__status=Status.COMPLETED)
    )
    if practitioner:
        plans = plans.filter(appointment__practitioner=practitioner)
    return plans.select_related(
        "appointment__patient", "appointment__practitioner", "appointment__service", "appointment__table__location"
    ).order_by("appointment__starts_at", "pk")


def completed_unsigned(*, now, practitioner=None):
    """Completed visits whose session nobody has signed, those without a plan included, oldest first."""
    visits = Appointment.objects.filter(status=Status.COMPLETED, plan__signed_at__isnull=True).starting(
        now - LOOK_BACK, now
    )
    if practitioner:
        visits = visits.filter(practitioner=practitioner)
    return visits.select_related("patient", "practitioner", "service", "table__location").order_by("starts_at", "pk")
