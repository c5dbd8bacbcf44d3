"""Why a message must not go, looked at again at the last moment. Pure: works on loaded rows."""

from reminders.models import Kind
from scheduling.models import COMING, GONE

MOVED = "This visit has another time by now."


def stale(notices, now):
    """What has become of the visits that a message tells of, if it is no longer true; else an empty string."""
    if not notices:
        return "This message tells of no visit any more."
    return next((reason for notice in notices if (reason := overtaken(notice, now))), "")


def overtaken(notice, now):
    visit = notice.visit
    if visit.status in GONE:
        return "This visit is cancelled."
    if visit.revision != notice.revision:
        return MOVED
    if visit.starts_at <= now or visit.status not in COMING:
        return "This visit has begun."
    return ""


def unwanted(notices):
    """Whether the patient has asked for no reminders, or is no longer written to at this address."""
    message = notices[0].message
    if message.patient.email != message.to:
        return "The patient's address has changed."
    if not message.patient.wants_reminders and all(notice.rule.kind == Kind.REMINDER for notice in notices):
        return "The patient wants no reminders."
    return ""
