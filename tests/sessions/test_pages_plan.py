"""The plan's page, opened and changed as a practitioner would."""

import pytest
from django.urls import reverse

from tests.factories import AppointmentFactory
from tests.sessions import making

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def visit():
    return AppointmentFactory(status="arrived")


@pytest.fixture
def kim(client, visit):
    """Who treats, signed in."""
    client.force_login(visit.practitioner.user)
    return client


def plan_url(visit):
    return reverse("sessions:plan", args=[visit.pk])


def test_an_empty_plan_offers_to_type_a_point(kim, visit):
    page = kim.get(plan_url(visit))

    assert page.status_code == 200
    assert "Type a point" in page.content.decode()


def test_points_typed_in_shorthand_become_rows(kim, visit):
    answer = kim.post(
        reverse("sessions:add", args=[visit.pk, "needle"]), {"version": 0, "text": "li4 lr3 st36 b/l"}, headers=HTMX
    )

    assert answer.status_code == 200
    assert [row.label for row in visit.plan.needles.all()] == ["LI4 L+R", "LR3 L+R", "ST36 L+R"]
    print(answer.content.decode())
