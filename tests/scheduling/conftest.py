"""Scheduling asks its own checks here; the rooms above test theirs."""

import pytest


@pytest.fixture(autouse=True)
def _quick_and_alone(settings):
    settings.BOOKING_CHECKS = ["scheduling.checks.works_then", "scheduling.checks.may_treat"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow by design
