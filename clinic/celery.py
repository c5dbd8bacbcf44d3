"""The queue. A task is a hint: whatever it would do is also found by query (docs/decisions/found-not-scheduled.md)."""

import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("deqi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A worker that loses the queue would put the tasks back that it had not begun yet, into a connection that is no more,
# and end of it ('NoneType' object has no attribute 'hostname'). They are hints: they may be lost, the worker may not.
Channel.do_restore = False


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
