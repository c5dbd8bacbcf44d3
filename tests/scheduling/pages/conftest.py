"""A Friday at the front desk: Sam is signed in, Kim treats, Ana calls."""

import pytest

from tests.factories import PatientFactory, ServiceFactory, TableFactory, UserFactory
from tests.scheduling.pages import HANDS_ON


@pytest.fixture(autouse=True)
def _on_a_friday(on_a_friday):
    """All of these pages are opened then."""


@pytest.fixture
def mia(client):
    """A manager, who may book out of hours."""
    mia = UserFactory(first_name="Mia", last_name="Head", role="Manager")
    client.force_login(mia)
    return mia


@pytest.fixture
def ana():
    return PatientFactory(family_name="Ortiz")


@pytest.fixture
def service(kim):
    TableFactory.create_batch(2)
    return ServiceFactory(name="Massage", by=[kim], stages=HANDS_ON)
