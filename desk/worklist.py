"""What a practitioner still has to sign, the oldest first."""

from dataclasses import dataclass

from django.utils import timezone

from desk.rows import Act, session_act
from scheduling.models import Appointment, Status
from sessions import worklist

SHOWN = 20  # the rest comes up as these are signed


@dataclass(frozen=True)
class Unsigned:
    visit: Appointment
    days: int  # since the visit
    act: Act


def unsigned(practitioner, now):
    """Begun sessions and completed visits without a signature. What is running right now stands in the day's list."""
    visits = {plan.appointment_id: with_plan(plan) for plan in worklist.unsigned(practitioner=practitioner)[:SHOWN]}
    without = worklist.completed_unsigned(now=now, practitioner=practitioner).select_related("plan")[:SHOWN]
    visits = {visit.pk: visit for visit in without} | visits
    waiting = [visit for visit in visits.values() if visit.status != Status.IN_SESSION]
    oldest = sorted(waiting, key=lambda visit: visit.starts_at)[:SHOWN]
    return [Unsigned(visit, days_since(visit, now), session_act(visit)) for visit in oldest]


def days_since(visit, now):
    return (timezone.localdate(now, visit.zone) - timezone.localdate(visit.starts_at, visit.zone)).days


def with_plan(plan):
    """The visit of a plan, knowing its plan."""
    plan.appointment.plan = plan
    return plan.appointment
