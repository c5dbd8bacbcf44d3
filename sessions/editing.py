"""The one guarded door to a plan: locked, compared with what the person saw, kept, counted up.

Autosave goes through here too: whoever writes locks the plan before any row of it, so two editors wait for each other
instead of locking each other out.
"""

from contextlib import contextmanager
from itertools import takewhile

import pghistory
from django.apps import apps
from django.utils import timezone

from clinic.errors import ClinicError
from clinic.models import User
from scheduling.models import GONE, Status
from sessions.models import PlanStatus, SessionPlan
from sessions.refusals import Busy, FieldChanged, PlanChanged, SignedAlready, in_words

WITH_VISIT = (
    "appointment__patient",
    "appointment__practitioner__user",
    "appointment__table__location",
)
MOST_EVENTS = 100  # of a row are looked through for who wrote a value


@contextmanager
def editing(plan, *, version, by, along=WITH_VISIT):
    """Yield `plan`, fresh and locked, in one transaction; save it with the next version when the block ends.

    `version` is the one that the person was looking at; None compares nothing, for changes that compare something
    finer themselves. `along` is what is read with the plan: autosave needs nothing more, and joining it costs half of
    the time. Raises SignedAlready or PlanChanged.
    """
    with in_words(), pghistory.context(user=by.pk):
        locked = lock(plan, along)
        if locked.is_signed:
            raise SignedAlready
        if version is not None and locked.version != int(version):
            raise PlanChanged(who_was_faster(locked, by))
        yield locked
        locked.version += 1
        locked.changed_by, locked.changed_at = by, timezone.now()
        locked.save()


def lock(plan, along=WITH_VISIT):
    """The row of `plan`, locked until the transaction ends, with what every sentence about it needs."""
    found = SessionPlan.objects.select_for_update(of=("self",))
    return (found.select_related(*along) if along else found).get(pk=plan.pk)


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
        refuse_unless_begun(locked)
        yield locked


def refuse_unless_begun(plan):
    if plan is None or plan.status != PlanStatus.IN_PROGRESS:
        raise ClinicError("Nothing is recorded yet. Press Start at the first needle.")


def refuse_overwriting(row, changes, seen, *, by):
    """Nobody writes over what they have not seen: each field of `row` stands as in `seen`, or as it is to be.

    Raises FieldChanged with all that do not.
    """
    overwritten = [name for name, value in changes.items() if getattr(row, name) not in (seen.get(name), value)]
    if overwritten:
        raise FieldChanged({name: who_wrote(row, name, by) for name in overwritten})


def who_wrote(row, name, by):
    """The sentence for someone who did not see what stands in a field of `row`."""
    who = "You" if (writer := writer_of(row, name)) in (by, None) else called(writer)
    label = row._meta.get_field(name).verbose_name.capitalize().removesuffix(" at")  # as a stamp's box says
    return f"{who} changed {label} meanwhile. Choose one."


def writer_of(row, name):
    """Who gave `row` what stands in `name` now, by the history that the database keeps; None if it does not say."""
    events = apps.get_model("clinic_sessions", f"{type(row).__name__}Event").objects.filter(pgh_obj=row.pk)
    column = row._meta.get_field(name).attname
    newest_first = events.order_by("-pk").values_list(column, "pgh_context__metadata__user")[:MOST_EVENTS]
    writers = [user for value, user in takewhile(lambda event: event[0] == getattr(row, column), newest_first)]
    return User.objects.filter(pk=writers[-1]).first() if writers else None
