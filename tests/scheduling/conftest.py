"""Scheduling asks its own checks here; the rooms above test theirs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import PractitionerFactory, UserFactory
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
def sam():
    return UserFactory(first_name="Sam")
