"""Fixtures that more than one folder of tests uses. The engines and the environment come earlier: tests/engines.py."""

from collections import Counter
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from reminders import heartbeats
from tests.emptying import AsFound


def pytest_configure(config):
    """Files are handed out in the order that is made here."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Tests of one file run in one process. Files come longest first, so that both processes end together: those
    that drive a browser, for whom each process starts the application once, and then those with most tests."""
    tests = Counter(map(file_of, items))
    items.sort(key=lambda item: (not item.get_closest_marker("e2e"), -tests[file_of(item)]))


def file_of(item):
    return item.nodeid.partition("::")[0]


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
