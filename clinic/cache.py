"""The cache that pages use. It holds nothing that cannot be read again, so that losing it takes no page away."""

import logging

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

sure = ConnectionProxy(caches, "sure")  # the same Valkey, for whoever must know that it is away
logger = logging.getLogger(__name__)


class Forgetful(RedisCache):
    """While Valkey is away nothing is found, and what is put in is gone: as in any cache, only at once."""

    def add(self, *args, **kwargs):
        return unless_away(True, super().add, *args, **kwargs)

    def get(self, key, default=None, version=None):
        return unless_away(default, super().get, key, default, version)

    def set(self, *args, **kwargs):
        return unless_away(None, super().set, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return unless_away(False, super().touch, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return unless_away(False, super().delete, *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return unless_away(False, super().has_key, *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return unless_away({}, super().get_many, *args, **kwargs)

    def set_many(self, *args, **kwargs):
        return unless_away([], super().set_many, *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return unless_away(None, super().delete_many, *args, **kwargs)


def unless_away(otherwise, method, *args, **kwargs):
    try:
        return method(*args, **kwargs)
    except RedisError as error:
        logger.warning("the cache is away: %s", type(error).__name__)
        return otherwise
