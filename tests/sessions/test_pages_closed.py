"""Who may open what: every address of the sessions, walked by who may not."""

import pytest
from django.urls import reverse

from sessions import urls
from tests.factories import UserFactory
from tests.sessions import making

pytestmark = pytest.mark.django_db


def addresses(visit):
    """(method, address) of every page and press of the sessions."""
    values = {
        "visit": visit.pk,
        "kind": "needle",
        "pk": 1,
        "number": 1,
        "page": "chart",
        "what": "point",
        "version": 1,
        "way": "up",
    }
    for pattern in urls.urlpatterns:
        address = reverse(f"sessions:{pattern.name}", kwargs={key: values[key] for key in pattern.pattern.converters})
        yield from (("get", address), ("post", address))


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_no_address_of_the_sessions_opens_for_who_sees_nothing_clinical(client, role):
    visit = making.signed().appointment
    client.force_login(UserFactory(role=role))

    answers = {(way, address): getattr(client, way)(address).status_code for way, address in addresses(visit)}

    assert {status for (way, _), status in answers.items() if way == "post"} == {403, 405}
    assert not [place for place, status in answers.items() if status not in (403, 405)]
    assert len([status for status in answers.values() if status == 403]) == len(urls.urlpatterns)


def test_no_address_of_the_sessions_opens_without_signing_in(client):
    visit = making.signed().appointment

    answers = [getattr(client, way)(address) for way, address in addresses(visit)]

    assert {answer.status_code for answer in answers} == {302}
    assert all("/login/" in answer["Location"] for answer in answers)
