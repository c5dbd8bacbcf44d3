"""What `scheduling` asks when a cancelled visit comes back: settings name it as CANCELLATION_TOLD."""

from reminders.models import Kind, Notice


def told(*, visit):
    """Has its patient been told that it is cancelled, or is being told right now?"""
    return Notice.objects.filter(visit=visit, revision=visit.revision, rule__kind=Kind.CANCELLED).exists()
