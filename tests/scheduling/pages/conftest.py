"""A Friday at the front desk: Sam is signed in, Kim treats, Ana calls."""

import pytest
import time_machine

from tests.factories import PatientFactory, PractitionerFactory, ServiceFactory, TableFactory, UserFactory
from tests.scheduling.pages import HANDS_ON, NOW


@pytest.fixture(autouse=True)
def _on_a_friday():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def sam(client):
    sam = UserFactory(first_name="Sam", last_name="Desk", role="Front desk")
    client.force_login(sam)
    return sam


@pytest.fixture
def mia(client):
    """A manager, who may book out of hours."""
    mia = UserFactory(first_name="Mia", last_name="Head", role="Manager")
    client.force_login(mia)
    return mia


@pytest.fixture
def kim():
    return PractitionerFactory(name="Kim")


@pytest.fixture
def ana():
    return PatientFactory(family_name="Ortiz")


@pytest.fixture
def service(kim):
    TableFactory.create_batch(2)
    return ServiceFactory(name="Massage", by=[kim], stages=HANDS_ON)
