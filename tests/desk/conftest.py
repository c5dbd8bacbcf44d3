import pytest
import time_machine

from tests.factories import MONDAY_TEN, PractitionerFactory, UserFactory


@pytest.fixture
def monday_ten():
    """It is ten o'clock in New York on Monday 13 May 2030; the clock stands still."""
    with time_machine.travel(MONDAY_TEN, tick=False):
        yield MONDAY_TEN


@pytest.fixture
def desk(client, monday_ten):
    """Somebody at the front desk, signed in."""
    user = UserFactory(role="Front desk", first_name="Sam")
    client.force_login(user)
    return user


@pytest.fixture
def kim(client, monday_ten):
    """A practitioner, signed in."""
    practitioner = PractitionerFactory()
    client.force_login(practitioner.user)
    return practitioner
