"""What beat and others hint at. A lost hint costs nothing: beat finds the same work by query."""

from contextlib import suppress

from celery import shared_task
from celery.signals import after_task_publish
from django.utils import timezone
from kombu.exceptions import OperationalError

from clinic.celery import HINT_LASTS
from reminders import finding, heartbeats, sending
from reminders.heartbeats import Part


@shared_task(expires=HINT_LASTS)
def find_due():
    heartbeats.note(Part.WORKERS, timezone.now())
    written = finding.write_due(now=timezone.now(), call_help=call_another)
    heartbeats.note(Part.ROUND, timezone.now())
    if written:
        deliver_waiting.delay_on_commit()


@shared_task(expires=HINT_LASTS)
def write_along():
    """A second pair of hands where there is a great deal to write."""
    finding.write_due(now=timezone.now())


def call_another():
    with suppress(OperationalError):  # without a queue one writes alone
        write_along.delay()


@shared_task(expires=HINT_LASTS)
def deliver_waiting():
    """For a few seconds: then whatever is to be found is found first, and another such task goes on."""
    heartbeats.note(Part.WORKERS, timezone.now())
    if sending.deliver():
        deliver_waiting.delay()


@after_task_publish.connect(sender=find_due.name)
def beat_ticks(**kwargs):
    """Beat alone gives this task out, and hears this in its own process."""
    heartbeats.note(Part.BEAT, timezone.now())
