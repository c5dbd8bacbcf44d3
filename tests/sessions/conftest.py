import pytest

from sessions import catalogue as points_and_muscles


@pytest.fixture
def catalogue(db):
    """Points and muscles are in the database. Migrating and flushing load them; this is for who emptied them."""
    points_and_muscles.load()
