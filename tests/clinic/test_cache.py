"""The cache that pages use: what becomes of them while Valkey hangs or is away."""

import socket

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from clinic.cache import sure


def test_a_cache_that_hangs_is_waited_for_once(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        one = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{silent.getsockname()[1]}/0"}
        settings.CACHES = {"default": {**one, "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}}}

        found = [cache.get("key", "nothing"), cache.get("key", "nothing"), cache.add("key", 1)]

        silent.accept()[0].close()
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert found == ["nothing", "nothing", True]


def test_what_is_put_into_a_lost_cache_is_gone_and_only_who_must_know_is_told(no_cache):
    assert cache.add("key", 1)
    cache.set("key", 1)
    cache.set_many({"key": 1})
    cache.delete("key")
    cache.delete_many(["key"])

    assert cache.get("key", "nothing") == "nothing"
    assert cache.get_many(["key"]) == {}
    assert "key" not in cache
    assert not cache.touch("key")
    with pytest.raises(RedisError):
        sure.get("key")
