"""What needs somebody, counted; each leads to where it can be looked after."""

from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse

from reminders import calling
from reminders.models import Answer, Message
from scheduling import rehousing

MISFITS = "desk:visits-that-no-longer-fit"  # in the cache: how many
KEPT = 300  # seconds; hours and staff change seldom, and reading 60 days for it is the dearest part of the page


@dataclass(frozen=True)
class Need:
    count: int
    words: str
    url: str
    severity: str = "warn"


def needs(user, boards, now, *, post, again, changed=()):
    """What the front desk has to look after: those that are not nought, the gravest first.

    `post` is how the post stands, for whoever may see messages; `changed` is what patients changed these days. Three
    queries about messages, five at most about visits that no longer fit; those are not looked for at each poll of a
    page that stands open (`again`).
    """
    rows = [row for board in boards for row in board.rows]
    unconfirmed = [row for row in rows if row.unconfirmed and not row.late]
    found = [
        about_tables(rows),
        first_of([row for row in rows if row.late], "late", "late"),
        *about_messages(user, post, now),
        about_places(now, again),
        about_changes(changed),
        first_of([row for row in rows if row.forms_missing], "form missing", "forms missing", "inform"),
        first_of(unconfirmed, "unconfirmed", "unconfirmed", "inform"),
    ]
    return [need for need in found if need.count]


def own_needs(boards):
    """What a practitioner has to look after: patients whose rest is over. No query."""
    return [need for need in [about_tables([row for board in boards for row in board.rows])] if need.count]


def about_tables(rows):
    """Patients who rest longer than they should: on the floor it says where."""
    over = [row for row in rows if row.rest_is_over]
    return Need(len(over), "rest is over" if len(over) == 1 else "rests are over", reverse("desk:floor"), "block")


def about_places(now, again):
    """Coming visits that no longer fit hours, time off, tables or licences as they are by now."""
    count = cache.get(MISFITS) if again else None
    if count is None:
        count = len(rehousing.stranded(now))
        cache.set(MISFITS, count, KEPT)
    words = "visit no longer fits" if count == 1 else "visits no longer fit"
    return Need(count, words, reverse("scheduling:to_move"))


def about_changes(changed):
    """What patients cancelled or moved through a link: further down it says which."""
    words = "change by a patient" if len(changed) == 1 else "changes by patients"
    return Need(len(changed), words, "#changes", "inform")


def first_of(rows, one, many, severity="warn"):
    url = f"#visit-{rows[0].visit.pk}" if rows else ""
    return Need(len(rows), one if len(rows) == 1 else many, url, severity)


def about_messages(user, post, now):
    """E-mails that did not arrive, calls to make instead, what patients answered, and what is tried in vain."""
    seen, url = Message.objects.visible_to(user), reverse("reminders:messages")
    failed, waiting = seen.failed().count(), post.retried if post else 0
    calls, answers = calling.to_call(seen, now).count(), Answer.objects.visible_to(user).open().count()
    return [
        Need(answers, "answer waits" if answers == 1 else "answers wait", reverse("reminders:answers"), "block"),
        Need(failed, "e-mail failed" if failed == 1 else "e-mails failed", url, "block"),
        Need(calls, "call to make" if calls == 1 else "calls to make", f"{url}?show=call"),
        Need(waiting, "e-mail waits" if waiting == 1 else "e-mails wait", f"{url}?show=waiting"),
    ]
