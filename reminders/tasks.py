"""What beat and others hint at. A lost hint costs nothing: beat finds the same work by query."""

from celery import shared_task
from django.utils import timezone

from reminders import finding, sending


@shared_task
def find_due():
    if finding.write_due(now=timezone.now()):
        deliver_waiting.delay_on_commit()


@shared_task
def deliver_waiting():
    sending.deliver()
