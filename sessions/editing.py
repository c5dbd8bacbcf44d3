"""The one guarded door to a plan: locked, compared with what the person saw, kept, counted up.

Autosave goes through here too: whoever writes locks the plan before any row of it, so two editors wait for each other
instead of locking each other out.
"""

from contextlib import contextmanager

import pghistory
from django.utils import timezone

from clinic.errors import ClinicError
from scheduling.models import GONE, Status
from sessions.models import PlanStatus, SessionPlan
from sessions.refusals import Busy, PlanChanged, SignedAlready, in_words


@contextmanager
def editing(plan, *, version, by):
    """Yield `plan`, fresh and locked, in one transaction; save it with the next version when the block ends.

    `version` is the one that the person was looking at; None compares nothing, for changes that compare something
    finer themselves. Raises SignedAlready or PlanChanged.
    """
    with in_words(), pghistory.context(user=by.pk):
        locked = lock(plan)
        if locked.is_signed:
            raise SignedAlready
        if version is not None and locked.version != int(version):
            raise PlanChanged(who_was_faster(locked, by))
        yield locked
        locked.version += 1
        locked.changed_by, locked.changed_at = by, timezone.now()
        locked.save()


def lock(plan):
    """The row of `plan`, locked until the transaction ends, with what every sentence about it needs."""
    return (
        SessionPlan.objects.select_for_update(of=("self",))
        .select_related(
            "appointment__patient",
            "appointment__practitioner__user",
            "appointment__table__location",
            "appointment__device",
            "changed_by",
        )
        .get(pk=plan.pk)
    )


def at_once(plans):
    """The one of `plans`, locked, or None if there is none. For whoever has locked the visit already.

    Whoever writes locks the plan first and the visit afterwards, here it is the other way round: hence a plan that
    somebody has locked is not waited for. Raises Busy.
    """
    plan = plans.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if plan is None and plans.exists():
        raise Busy("Somebody is writing in this session right now. Nothing is undone. Try again.")
    return plan


def who_was_faster(plan, by):
    """The sentence for someone whose change came second."""
    if plan.changed_by is None:
        return "This plan has changed. Your change was not saved; look and do it again."
    at = f"{plan.changed_at.astimezone(plan.appointment.zone):%H:%M}"
    if plan.changed_by == by:
        return f"You changed this plan in another window at {at}. This change was not saved; look and do it again."
    return f"{called(plan.changed_by)} changed this plan at {at}. Your change was not saved; look and do it again."


def called(user):
    return user.get_short_name() or user.email


@contextmanager
def replanning(plan, *, version, by):
    """As `editing`, for changes of what is planned: a ready plan is a draft again, its findings to be looked at."""
    with editing(plan, version=version, by=by) as locked:
        refuse_gone(locked.appointment)
        yield locked
        if locked.status == PlanStatus.READY:
            locked.status = PlanStatus.DRAFT


def refuse_gone(visit):
    if visit.status in GONE:
        raise ClinicError(f"This visit is {Status(visit.status).label.lower()}. There is nothing to plan.")


@contextmanager
def charting(plan, *, version, by):
    """As `editing`, for what was done: the session has begun."""
    with editing(plan, version=version, by=by) as locked:
        if locked.status != PlanStatus.IN_PROGRESS:
            raise ClinicError("Nothing is recorded yet. Press Start at the first needle.")
        yield locked
