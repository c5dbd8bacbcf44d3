"""What needs somebody at the front desk, counted; each leads to where it can be looked after."""

from dataclasses import dataclass

from django.urls import reverse

from reminders.models import Message


@dataclass(frozen=True)
class Need:
    count: int
    words: str
    url: str
    severity: str = "warn"


def needs(user, boards):
    """Those that are not nought, the gravest first. Two queries, about messages."""
    rows = [row for board in boards for row in board.rows]
    unconfirmed = [row for row in rows if row.unconfirmed and not row.late]
    found = [
        first_of([row for row in rows if row.late], "late", "late"),
        *about_messages(user),
        first_of([row for row in rows if row.forms_missing], "form missing", "forms missing", "inform"),
        first_of(unconfirmed, "unconfirmed", "unconfirmed", "inform"),
    ]
    return [need for need in found if need.count]


def first_of(rows, one, many, severity="warn"):
    url = f"#visit-{rows[0].visit.pk}" if rows else ""
    return Need(len(rows), one if len(rows) == 1 else many, url, severity)


def about_messages(user):
    """E-mails that nobody got, and those that have been tried in vain and wait."""
    seen, url = Message.objects.visible_to(user), reverse("reminders:messages")
    failed, waiting = seen.needing_action().count(), seen.waiting().filter(attempts__gt=0).count()
    return [
        Need(failed, "e-mail failed" if failed == 1 else "e-mails failed", url, "block"),
        Need(waiting, "e-mail waits" if waiting == 1 else "e-mails wait", f"{url}?show=waiting"),
    ]
