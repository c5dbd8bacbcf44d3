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
# However many messages wait, what is due is found: tasks that find go in front of those that deliver, which last a few
# seconds each; and of tasks that nobody has begun a worker holds no more than it has hands.
HINT_LASTS = max(FIND_EVERY, 60)  # seconds: as many deliveries as are done in that time wait at most, whoever asks
app.conf.task_routes = {"reminders.tasks.deliver_waiting": {"priority": 9}}  # over Valkey 0 comes first, as all others
app.conf.worker_prefetch_multiplier = 1
app.conf.beat_schedule = {
    "find-due-messages": {"task": "reminders.tasks.find_due", "schedule": FIND_EVERY},
    "deliver-waiting-messages": {"task": "reminders.tasks.deliver_waiting", "schedule": FIND_EVERY},
}
