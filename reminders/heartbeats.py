"""When beat, the workers and the finder were last heard of. In the cache: it is worth nothing tomorrow.

An emptied cache, or a queue that never ran, has been silent only since somebody first looked: nobody is told that it
has stopped within the first minutes.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from redis.exceptions import RedisError

from clinic.cache import sure


class Part(models.TextChoices):
    BEAT = "beat", "The clock that gives out the work"
    WORKERS = "workers", "The workers that do it"
    ROUND = "round", "The search for what is due"


KEYS = {part: f"reminders:heard-of:{part}" for part in Part}
WATCHED = "reminders:watched-since"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """`at` maps each part to when it was last heard of, or None; `watched_since` is when somebody first looked;
    `nothing`: there is no cache to hear of anything."""

    at: dict
    watched_since: datetime
    nothing: bool

    def silent_since(self, part):
        """At the latest since then nothing was heard of it."""
        return self.at[part] or self.watched_since


def note(part, now):
    """It is alive. A cache that is away stops no message."""
    try:
        sure.set(KEYS[part], now, None)
    except RedisError:
        logger.warning("the cache is away; nobody will know that %s was alive", part)


def heard(now):
    """What is known. Without a cache nothing is, and of no part is complained."""
    found, nothing = {}, True
    with suppress(RedisError):
        sure.add(WATCHED, now, None)
        found, nothing = sure.get_many([WATCHED, *KEYS.values()]), False
    return Heard({part: found.get(key) for part, key in KEYS.items()}, found.get(WATCHED, now), nothing)
