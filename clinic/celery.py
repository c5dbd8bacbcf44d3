"""The queue. A task is a hint: whatever it would do is also found by query (docs/decisions/found-not-scheduled.md)."""

import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("deqi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_settings_say(**kwargs):
    """Celery would put its own handlers in the place of ours, and those repeat whatever a database error quotes."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


FIND_EVERY = float(os.environ.get("FIND_EVERY_SECONDS", "30"))
app.conf.beat_schedule = {
    "find-due-messages": {
        "task": "reminders.tasks.find_due",
        "schedule": FIND_EVERY,
        "options": {"expires": FIND_EVERY},
    },
    "deliver-waiting-messages": {
        "task": "reminders.tasks.deliver_waiting",
        "schedule": FIND_EVERY,
        "options": {"expires": FIND_EVERY},
    },
}
