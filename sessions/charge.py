"""Who answers for a running session: the visit's practitioner, or whoever took it over last."""

from clinic.errors import NotAllowed
from sessions import findings
from sessions.editing import called


class NotInCharge(NotAllowed):
    """Another person answers for this session, and hands do not change in silence."""


def in_charge(plan):
    """The user who counts, takes out and signs. `plan` must have its visit and practitioner at hand."""
    handovers = list(plan.handovers.all())
    return handovers[-1].taken_by if handovers else plan.appointment.practitioner.user


def refuse_others(plan, by):
    """Raise NotInCharge if `by` is not the person in charge: "Kim put 5 needles in. Take over first."."""
    person = in_charge(plan)
    if person.pk != by.pk:
        raise NotInCharge(f"{what_they_do(plan, called(person))} Take over first.")


def what_they_do(plan, name):
    if needles := sum(row.needles_in or 0 for row in findings.counted(plan)):
        return f"{name} put {needles} needle{'' if needles == 1 else 's'} in."
    return f"{name} answers for this session."
