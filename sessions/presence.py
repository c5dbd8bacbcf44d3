"""Who has a session's pages open: a hint for people, kept in the shared cache for half a minute and nowhere else.

Nobody is stopped by it: that nobody overwrites anybody is the business of `editing`. It holds keys of people and times,
nothing clinical.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

SEEN_WITHIN = timedelta(seconds=30)
KEPT = int(timedelta(hours=1).total_seconds())


@dataclass(frozen=True)
class Present:
    """`name` has had the page open since `since`, and was heard of at `seen`."""

    user: int
    name: str
    since: datetime
    seen: datetime


def here(*, visit, user):
    """Note that `user` has the session of `visit` open; returns the others, who came first first."""
    now, key = timezone.now(), f"presence:{visit}"
    people = {who: one for who, one in cache.get(key, {}).items() if one.seen > now - SEEN_WITHIN}
    since = people[user.pk].since if user.pk in people else now
    people[user.pk] = Present(user.pk, user.get_short_name() or user.email, since, now)
    cache.set(key, people, KEPT)
    return sorted((one for one in people.values() if one.user != user.pk), key=lambda one: one.since)
