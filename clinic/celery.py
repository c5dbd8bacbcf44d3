"""The queue. A task is a hint: whatever it would do is also found by query (docs/decisions/found-not-scheduled.md)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("deqi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

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
