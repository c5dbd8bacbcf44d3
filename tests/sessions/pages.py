"""What the tests of the pages share: addresses, forms sent, and a page as it is read."""

import html
import re

from django.urls import reverse

from tests.factories import PASSWORD

HTMX = {"HX-Request": "true"}
SEEN = re.compile(r'<input type="hidden" name="seen_(\w+)" value="([^"]*)">')


def url(name, visit, *more):
    return reverse(f"sessions:{name}", args=[visit.pk, *more])


def words(response):
    """The page as it is read: no tags, single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def post(client, name, visit, *more, version=0, htmx=True, **data):
    return client.post(url(name, visit, *more), {"version": version, **data}, headers=HTMX if htmx else {})


def opened(client, plan, kind, row):
    """The form of a row as the browser got it: what goes back if nobody touches anything."""
    page = client.get(url("plan", plan.appointment), {"open": f"{kind}-{row.pk}"}, headers=HTMX).content.decode()
    seen = {}
    for name, value in SEEN.findall(page):
        seen.setdefault(name, []).append(html.unescape(value))
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    return seen | {f"seen_{name}": values for name, values in seen.items()} | {"version": version}


def prove(client):
    """Type the password once more: `force_login` leaves no trace of one, and a signature asks for a fresh one."""
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302
    return client
