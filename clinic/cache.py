"""The cache that pages use. It holds nothing that cannot be read again, so that losing it takes no page away."""

import logging
import time

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.utils.connection import ConnectionProxy
from redis.exceptions import ConnectionError, TimeoutError

sure = ConnectionProxy(caches, "sure")  # the same Valkey, for whoever must know that it is away
logger = logging.getLogger(__name__)
LET_ALONE = 5  # seconds, after it was away: a page that waits for nobody comes at once


class Forgetful(RedisCache):
    """While Valkey is away nothing is found, and what is put in is gone: as in any cache, only at once."""

    def __init__(self, *args):
        super().__init__(*args)
        self.away_until = 0  # on time.monotonic()

    def add(self, *args, **kwargs):
        return self.unless_away(True, super().add, *args, **kwargs)

    def get(self, key, default=None, version=None):
        return self.unless_away(default, super().get, key, default, version)

    def set(self, *args, **kwargs):
        return self.unless_away(None, super().set, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self.unless_away(False, super().touch, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self.unless_away(False, super().delete, *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return self.unless_away(False, super().has_key, *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return self.unless_away({}, super().get_many, *args, **kwargs)

    def set_many(self, *args, **kwargs):
        return self.unless_away([], super().set_many, *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self.unless_away(None, super().delete_many, *args, **kwargs)

    def unless_away(self, otherwise, method, *args, **kwargs):
        """Once it was away it is let alone for a while: nobody waits again for one that hangs, and what could not be
        read just now, such as somebody's wrong passwords, is not written over."""
        if time.monotonic() < self.away_until:
            return otherwise
        try:
            return method(*args, **kwargs)
        except (ConnectionError, TimeoutError) as error:
            logger.warning("the cache is away: %s", type(error).__name__)
            self.away_until = time.monotonic() + LET_ALONE
            return otherwise
