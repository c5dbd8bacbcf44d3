"""Fixtures that more than one folder of tests uses. The engines and the environment come earlier: tests/engines.py."""

import pytest


def pytest_collection_modifyitems(items):
    """Tests of one file run in one process, and all that drive a browser in the same one: it has one server running."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group("e2e" if item.get_closest_marker("e2e") else item.path.name))
