"""The verbs of another pair of hands: hand a running session over, or take it over, with the needles that are in.

They change nothing that a chart shows to be typed over, so that whoever is writing in it is not stopped: no version.
"""

from contextlib import contextmanager

import pghistory

from clinic.errors import ClinicError, NotAllowed
from clinic.models import Practitioner
from sessions import needles
from sessions.charge import in_charge, refuse_others
from sessions.editing import called, lock
from sessions.models import Handover, PlanStatus
from sessions.refusals import SignedAlready, in_words
from sessions.rows import check_text

SIGN = "clinic_sessions.sign_sessionplan"


def may_take(user):
    """Only who may sign answers for a session."""
    return user.has_perm(SIGN) and Practitioner.objects.active().filter(user=user).exists()


def takers(user):
    """The practitioners a session may be offered to; the verb looks whether they may sign."""
    return Practitioner.objects.active().exclude(user=user).select_related("user").order_by("name")


def hand_over(*, plan, to, said, by):
    """The person in charge gives the session to another practitioner. Returns the Handover."""
    with running(plan, by) as locked:
        refuse_others(locked, by)
        if to.pk == by.pk:
            raise ClinicError("You answer for this session already. Choose somebody else.", field="to")
        if not may_take(to):
            raise ClinicError(f"{called(to)} may not sign sessions. Choose somebody else.", field="to")
        return write_down(locked, to, said)


def take_over(*, plan, by, said=""):
    """The receiving practitioner takes the session. Returns the Handover, or None if it is theirs already."""
    with running(plan, by) as locked:
        if not may_take(by):
            raise NotAllowed("Only a practitioner who may sign sessions takes one over.")
        return write_down(locked, by, said) if in_charge(locked).pk != by.pk else None


def take_charge(*, plan, by):
    """As `take_over`, for who acts at the table and must not be kept waiting: nobody is refused, and who may not sign
    takes nothing over. Returns the Handover or None."""
    return take_over(plan=plan, by=by) if may_take(by) else None


@contextmanager
def running(plan, by):
    """`plan`, fresh and locked, whose session runs."""
    with in_words(), pghistory.context(user=by.pk):
        locked = lock(plan)
        if locked.is_signed:
            raise SignedAlready
        if locked.status != PlanStatus.IN_PROGRESS:
            raise ClinicError("The session has not begun. There is nothing to hand over yet.")
        yield locked


def write_down(plan, to, said):
    said = said.strip()
    check_text(Handover._meta.get_field("said"), said)
    return Handover.objects.create(
        plan=plan, given_by=in_charge(plan), taken_by=to, needles=needles.in_words(plan), said=said
    )
