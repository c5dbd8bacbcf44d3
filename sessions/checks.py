"""What `sessions` asks before a visit is booked, before a patient leaves the table, and before a completed visit is
opened again: see BOOKING_CHECKS, LEAVING_CHECKS and UNDO_CHECKS in the settings."""

from scheduling.errors import Barred
from sessions import findings, needles, safety
from sessions.editing import at_once
from sessions.models import SessionPlan
from sessions.refusals import Shortfall, StaysCompleted


def may_have(*, patient, service, practitioner, starts_at, ends_at, location, by):
    """Raise Barred if a block is certain whatever the plan: current with a pacemaker, needles with a bleeding disorder.

    Who may see health facts may book all the same; the plan will show the finding to be answered. The sentence never
    gives the reason.
    """
    if by is not None and by.has_perm("patients.view_healthfact"):
        return
    facts = findings.facts_on(patient, starts_at.astimezone(location.zone).date())
    if safety.bars(facts, service.techniques):
        raise Barred(f"{patient.given_name} can't have this service yet. Ask a practitioner.", field="service")


def needles_are_counted(*, visit, by):
    """Raise Shortfall while a session that has begun has needles nobody has accounted for.

    Who may not see the session is sent to somebody who may.
    """
    for plan in needles.running([visit.pk]):
        if sentence := needles.uncounted(plan, visit.table):
            may_know = by is not None and by.has_perm("clinic_sessions.view_sessionplan")
            raise Shortfall(sentence if may_know else f"{visit.table} is not ready to be left. Ask a practitioner.")


def may_reopen(*, visit, by):
    """Raise StaysCompleted once the session is signed. The plan is locked, so that nobody signs it meanwhile."""
    plan = at_once(SessionPlan.objects.filter(appointment=visit))
    if plan and plan.is_signed:
        raise StaysCompleted("This visit stays completed, because its session is signed. What is missing can be added.")
