"""Scheduling asks its own checks here; the rooms above test theirs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import MONDAY_TEN, PractitionerFactory, UserFactory
from tests.scheduling.racing import racers


@pytest.fixture(autouse=True)
def _quick_and_alone(settings):
    settings.BOOKING_CHECKS = ["scheduling.checks.works_then", "scheduling.checks.may_treat"]


@pytest.fixture
def cost():
    """`cost(call)`: the queries that a call takes, transaction statements aside."""

    def count(call):
        with CaptureQueriesContext(connection) as context:
            call()
        return sum("SAVEPOINT" not in query["sql"] for query in context)

    return count


@pytest.fixture
def race():
    """Calls all at the same moment; what each returned or raised."""
    with racers() as race:
        yield race


@pytest.fixture
def kim():
    return PractitionerFactory(name="Kim")


@pytest.fixture
def sam(client, settings):
    """Who works at the front desk, signed in for as long as a test may travel."""
    settings.SESSION_COOKIE_AGE = 10**9  # seconds
    sam = UserFactory(first_name="Sam", last_name="Desk", role="Front desk")
    client.force_login(sam)
    return sam


@pytest.fixture
def on_a_friday():
    """Three days before the Monday on which most visits are."""
    with time_machine.travel(MONDAY_TEN - timedelta(days=3)):
        yield
