"""What a patient knows of a visit that is cancelled or comes back."""

from copy import copy

from reminders.kinds import TELLING
from reminders.models import UNDER_WAY, Kind, Notice


def told(*, visit):
    """Has its patient been told that it is cancelled, or is being told right now?

    `scheduling` asks it when a cancelled visit comes back: settings name it as CANCELLATION_TOLD.
    """
    return Notice.objects.filter(visit=visit, revision=visit.revision, rule__kind=Kind.CANCELLED).exists()


def as_told(visit):
    """The visit where its patient thinks that it is: moved and cancelled within one grace, it had a time that they have
    never heard of, and would look for the wrong one in their diary."""
    notices = Notice.objects.filter(visit=visit, rule__kind__in=TELLING).exclude(message__state__in=sorted(UNDER_WAY))
    last = notices.order_by("-revision").values_list("revision", flat=True).first()
    if last in (None, visit.revision):
        return visit
    then = visit.appointment_history.filter(revision=last).order_by("-pgh_id").first()
    known = copy(visit)
    known.starts_at, known.ends_at = then.span.lower, then.span.upper
    known.practitioner, known.table = then.practitioner, then.table
    return known
