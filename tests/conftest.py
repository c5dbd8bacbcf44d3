"""Fixtures that more than one folder of tests uses. The engines and the environment come earlier: tests/engines.py."""

from collections import Counter
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import TransactionTestCase
from xdist.scheduler import LoadFileScheduling

from reminders import heartbeats
from tests.emptying import AsFound

BROWSER = "tests/e2e/"


class ByFile(LoadFileScheduling):
    """Tests of one file run in one process; all that drive a browser too, so that the application is started once."""

    def _split_scope(self, nodeid):
        file = file_of(nodeid)
        return BROWSER if file.startswith(BROWSER) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False  # handed out in the order that is made below
    return ByFile(config, log)


def pytest_collection_modifyitems(items):
    """Those that drive a browser come first, then the files with most tests, so that all processes end together."""
    tests = Counter(file_of(item.nodeid) for item in items)
    items.sort(key=lambda item: (not item.nodeid.startswith(BROWSER), -tests[file_of(item.nodeid)]))


def file_of(nodeid):
    return nodeid.partition("::")[0]


@pytest.fixture(scope="session", autouse=True)
def quickly_hashed():
    """Hashing is slow on purpose, which no test is about."""
    with patch.object(PBKDF2PasswordHasher, "iterations", 1):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        found = AsFound()
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda case: found.restore()):
        yield


@pytest.fixture(autouse=True)
def unheard():
    """The cache outlives a test, and each has a clock of its own: nobody has yet looked for beat and workers."""
    cache.delete_many([heartbeats.WATCHED, *heartbeats.KEYS.values()])


@pytest.fixture
def no_cache(settings):
    """Valkey is away."""
    settings.CACHES = {name: {**one, "LOCATION": "redis://127.0.0.1:1/0"} for name, one in settings.CACHES.items()}
