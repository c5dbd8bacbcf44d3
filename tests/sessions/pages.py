"""What the tests of the pages share: addresses, forms sent, and a page as it is read."""

import html
import re

from django.urls import reverse

from tests.factories import PASSWORD

HTMX = {"HX-Request": "true"}


def url(name, visit, *more):
    return reverse(f"sessions:{name}", args=[visit.pk, *more])


def words(response):
    """The page as it is read: no tags, single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def post(client, name, visit, *more, version=0, htmx=True, **data):
    return client.post(url(name, visit, *more), {"version": version, **data}, headers=HTMX if htmx else {})


def prove(client):
    """Type the password once more: `force_login` leaves no trace of one, and a signature asks for a fresh one."""
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302
    return client
