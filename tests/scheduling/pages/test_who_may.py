"""Who gets in, and what an unknown visit or an opened link does."""

import pytest
from django.urls import reverse

from scheduling.models import Status
from tests.factories import AppointmentFactory, UserFactory
from tests.scheduling.pages import url

pytestmark = pytest.mark.django_db


CHANGES = ["confirm", "arrive", "no_show", "cancel", "cancel_series", "undo"]
TREATING = ["start", "complete"]
PAGES = ["visit", "move", "resize"]


@pytest.mark.parametrize("name", ["book", "repeat", *PAGES, *CHANGES, *TREATING, "unmove"])
def test_nobody_gets_in_without_a_login(client, name):
    visit = AppointmentFactory()
    address = reverse(f"scheduling:{name}") if name in ("book", "repeat") else url(name, visit)

    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login")


@pytest.mark.parametrize("name", ["book", "repeat", *PAGES, *CHANGES, *TREATING, "unmove"])
def test_a_user_without_a_role_is_refused(client, name):
    visit = AppointmentFactory()
    client.force_login(UserFactory())
    address = reverse(f"scheduling:{name}") if name in ("book", "repeat") else url(name, visit)
    ask = client.get if name in ("book", "repeat", *PAGES) else client.post

    assert ask(address).status_code == 403
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("pk", [0, 4711, 10**30])
@pytest.mark.parametrize("name", [*PAGES, *CHANGES])
def test_an_unknown_visit_is_not_found(client, name, pk):
    ask = client.post if name in CHANGES else client.get

    assert ask(reverse(f"scheduling:{name}", args=[pk])).status_code == 404


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("name", CHANGES)
def test_opening_a_link_changes_nothing(client, name):
    visit = AppointmentFactory()

    assert client.get(url(name, visit)).status_code == 405
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("name", TREATING)
def test_the_front_desk_starts_and_completes_no_session(client, name):
    visit = AppointmentFactory(status=Status.ARRIVED)

    assert client.post(url(name, visit)).status_code == 403
    visit.refresh_from_db()
    assert visit.status == Status.ARRIVED


@pytest.mark.parametrize("name", TREATING)
def test_a_session_of_an_unknown_visit_is_not_found(client, kim, name):
    client.force_login(kim.user)

    assert client.post(reverse(f"scheduling:{name}", args=[4711])).status_code == 404
    assert client.get(reverse(f"scheduling:{name}", args=[4711])).status_code == 405
