"""Valkey is away: whoever works here goes on working."""

import pytest
from django.urls import reverse

from tests.factories import PASSWORD, AppointmentFactory, UserFactory
from tests.sessions import making

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    ["desk:today", "desk:floor", "desk:patients", "scheduling:calendar", "scheduling:book", "reminders:messages"],
)
def test_the_front_desk_opens_its_pages(client, desk, no_cache, name):
    AppointmentFactory()

    assert client.get(reverse(name)).status_code == 200


def test_a_practitioner_plans_and_charts(client, monday_ten, no_cache):
    plan = making.begun()
    client.force_login(making.by(plan))

    for name in ("sessions:plan", "sessions:chart"):
        assert client.get(reverse(name, args=[plan.appointment_id])).status_code == 200


def test_people_sign_in_with_the_form(client, no_cache):
    user = UserFactory(role="Front desk")

    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    assert answer.status_code == 302
    assert client.get(reverse("desk:today")).status_code == 200
