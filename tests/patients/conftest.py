import pytest

from tests.factories import UserFactory


@pytest.fixture
def desk(client):
    """Somebody at the front desk, signed in."""
    user = UserFactory(role="Front desk", first_name="Sam")
    client.force_login(user)
    return user


@pytest.fixture
def practitioner(client):
    """A practitioner, signed in."""
    user = UserFactory(role="Practitioner", first_name="Kim", last_name="Lee")
    client.force_login(user)
    return user
