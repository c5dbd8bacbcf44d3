"""Does the post go? What the front desk, the status page and machines are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Func, Max, Min, Q, Value
from django.utils import timezone

from reminders import finding, heartbeats
from reminders.courier import NO_SERVER
from reminders.heartbeats import Heard, Part
from reminders.models import Message, Rule, State

ALLOWED = timedelta(minutes=15)  # for which something may be due and not taken up
UNHEARD = timedelta(minutes=5)  # beat ticks every half a minute: that is ten of them
SEVERAL = 3  # tries of a message since the last success: one refusal for now is nothing yet
IN_VAIN = 5  # tries of a message, between which a quarter of an hour goes by
DOMAINS = 2  # to which messages are tried in vain: one alone may be misspelt, or have a bad night
LAST_ONES = 200  # accepted messages among which the latest answer of the server is looked for
A_DAY = timedelta(days=1)
DOMAIN = Func("to", Value("@"), Value(2), function="split_part", output_field=models.TextField())


class Verdict(models.TextChoices):
    OK = "ok", "Messages go out."
    DELAYED = "delayed", "The mail server takes none."
    LATE = "late", "Messages are late."
    STOPPED = "stopped", "Messages have stopped."


@dataclass(frozen=True)
class Post:
    """How the post stands at a moment.

    `retried` of those waiting have been tried before; `due_since`: of the oldest that should have gone; `accepted_at`:
    when the server last took one; `silent`: since then there was no server to be had, or messages to several domains
    were tried again and again; `tries`: of the one tried most often.
    """

    now: datetime
    waiting: int
    retried: int
    due_since: datetime | None
    accepted_at: datetime | None
    silent: bool
    tries: int
    heard: Heard
    verdict: Verdict

    @property
    def since(self):
        """Since when nothing has gone out, as far as anybody knows."""
        return self.accepted_at or self.due_since

    @property
    def said(self):
        """What `_post.html` says of it: as long as this is the same, so is that."""
        if self.verdict == Verdict.OK:
            return str(self.verdict)
        return f"{self.verdict} {self.silent} {self.waiting} {self.accepted_at} {self.due_since}"

    @property
    def parts(self):
        """(what it is, when it was last heard of, whether that is too long ago)."""
        return [(part.label, self.heard.at[part], unheard(self.heard, part, self.now)) for part in Part]


def post():
    """Two queries, and two or three more when nothing is heard of beat or workers, or of the cache."""
    now = timezone.now()
    accepted_at, heard = last_accepted(), heartbeats.heard(now)
    in_vain = Q(attempts__gt=0) & (Q(tried_at__gt=accepted_at) if accepted_at else Q())
    found = (
        Message.objects.waiting()
        .order_by()
        .aggregate(
            waiting=Count("pk"),
            retried=Count("pk", filter=Q(attempts__gt=0)),
            due_since=Min("next_attempt_at", filter=Q(state=State.WAITING, next_attempt_at__lte=now)),
            tries=Max("attempts", filter=in_vain & Q(state=State.WAITING), default=0),
            no_server=Max("attempts", filter=in_vain & Q(answer__startswith=NO_SERVER), default=0),
            several=Count(DOMAIN, distinct=True, filter=in_vain & Q(attempts__gte=SEVERAL)),
            stuck=Count(DOMAIN, distinct=True, filter=in_vain & Q(attempts__gte=IN_VAIN)),
        )
    )
    no_server, several, stuck = found.pop("no_server"), found.pop("several"), found.pop("stuck")
    silent = no_server > 0 or several >= DOMAINS
    in_vain = no_server >= IN_VAIN or stuck >= DOMAINS
    verdict = judged(now, heard, accepted_at, found["due_since"], silent=silent, in_vain=in_vain)
    return Post(now=now, accepted_at=accepted_at, silent=silent, heard=heard, verdict=verdict, **found)


def last_accepted():
    lately = Message.objects.accepted().order_by("-created_at")[:LAST_ONES]
    return lately.aggregate(at=Max("accepted_at"))["at"]


def judged(now, heard, accepted_at, due_since, *, silent, in_vain):
    """The worst that is known.

    A worker with a long queue in hand is not heard of for a while, and yet what it does is seen. Where nobody can be
    heard, because the cache is away, and with it the queue, what should have been found long ago tells."""
    seen = accepted_at and accepted_at > now - UNHEARD
    if not seen and any(unheard(heard, part, now) for part in Part) and (due_since or work_waits(now)):
        return Verdict.STOPPED
    if (due_since and due_since <= now - ALLOWED) or in_vain or (heard.nothing and work_waits(now - ALLOWED)):
        return Verdict.LATE
    return Verdict.DELAYED if silent else Verdict.OK


def unheard(heard, part, now):
    return heard.silent_since(part) <= now - UNHEARD


def work_waits(now):
    """Would the finder find anything? Asked only when it is not heard of."""
    return bool(finding.with_work(Rule.objects.in_force(), now))


def failures_by_domain(now):
    """[(domain, how many messages to it did not arrive within a day)], the most first."""
    counted = Message.objects.failing(now - A_DAY, now).order_by().values(domain=DOMAIN).annotate(failed=Count("pk"))
    return [(row["domain"], row["failed"]) for row in counted.order_by("-failed", "domain")[:20]]


def health():
    """For machines: ages in seconds, None for what was never heard of. Nothing about anybody."""
    found = post()
    ages = {f"{part}_seconds": age(found.now, found.heard.at[part]) for part in Part}
    return {
        "messages": {
            "verdict": str(found.verdict),
            "waiting": found.waiting,
            "oldest_due_seconds": age(found.now, found.due_since),
            "accepted_seconds": age(found.now, found.accepted_at),
            **ages,
        }
    }


def age(now, moment):
    return moment and int((now - moment).total_seconds())
