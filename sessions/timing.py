"""The verbs of the clock: when needles went in and came out, when current went on and off."""

import pghistory
from django.utils import timezone

from clinic.errors import ClinicError
from sessions.charting import tallies_of
from sessions.editing import charting, lock
from sessions.models import PlanStatus, SessionPlan
from sessions.refusals import in_words


def set_times(*, plan, version, needles_in_at, needles_out_at, by):
    """Put the stamped times right, when Start was pressed late."""
    with charting(plan, version=version, by=by) as locked:
        latest = max(filter(None, [needles_in_at, needles_out_at]), default=None)
        if latest and latest > timezone.now():
            raise ClinicError("That time is still to come. Check the hour.", field="needles_in_at")
        if needles_out_at and (not needles_in_at or needles_out_at < needles_in_at):
            raise ClinicError("Needles come out after they went in.", field="needles_out_at")
        locked.needles_in_at, locked.needles_out_at = needles_in_at, needles_out_at
    return locked


def take_out(*, plan, by):
    """Somebody takes the needles out now; they are counted afterwards. The first press counts.

    It changes nothing that a chart shows to be typed over, so that whoever is writing in it is not stopped: no version.
    """
    with in_words(), pghistory.context(user=by.pk):
        timed = SessionPlan.objects.filter(needles_in_at__isnull=False, needles_out_at=None)
        timed.filter(pk=plan.pk, status=PlanStatus.IN_PROGRESS).update(needles_out_at=timezone.now())


def put_back(*, plan, by):
    """Nobody took the needles out after all. What was counted says more than that: then the time stays."""
    with in_words(), pghistory.context(user=by.pk):
        locked = lock(plan)
        if any(tally.is_open for tally in tallies_of(locked)):
            SessionPlan.objects.filter(pk=locked.pk, status=PlanStatus.IN_PROGRESS).update(needles_out_at=None)
