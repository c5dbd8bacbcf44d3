"""What `sessions` asks before a visit is booked: see BOOKING_CHECKS in the settings."""

from scheduling.errors import Barred
from sessions import findings, safety


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
