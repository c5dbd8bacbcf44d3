"""Fifty people press Book at the same moment: the real web server, fifty sessions, one slot."""

import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from http import HTTPStatus
from threading import Barrier
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from scheduling.models import Appointment
from tests import processes
from tests.factories import (
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

RIVALS = 50

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(tmp_path):
    """The web server on the test's database, without a queue."""
    name, port = connection.settings_dict["NAME"], processes.free_port()
    env = processes.environment(database=name, mail_port=1, port=port, run=name, folder=tmp_path)
    with processes.clinic(env=env, port=port, folder=tmp_path, queue=False, workers=2) as address:
        yield address


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def signed_in(user):
    """The headers of a browser in which that person is signed in."""
    client, token = Client(), get_random_string(32)
    client.force_login(user)
    session = client.cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}


def post(address, headers, form, ready):
    """The status and the page that answer."""
    request = urllib.request.Request(address, urlencode(form).encode(), headers)
    ready.wait()
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=processes.PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.status, answer.read().decode()


def tomorrow_at_ten():
    """In seconds since 1970, in the zone of the clinic."""
    day = timezone.localdate() + timedelta(days=1)
    return int(datetime.combine(day, time(10), tzinfo=ZoneInfo("America/New_York")).timestamp())


def offered(page, practitioner):
    """The starts of the free times that a page shows."""
    return {int(start) for start in re.findall(rf'value="{practitioner.pk}@(\d+)"', page)}


def test_of_fifty_who_press_book_at_once_one_books_and_49_are_shown_other_free_times(site):
    kim, start = PractitionerFactory(name="Kim"), tomorrow_at_ten()
    service = ServiceFactory(by=[kim])
    TableFactory.create_batch(2)
    desk = [signed_in(user) for user in UserFactory.create_batch(RIVALS, role="Front desk")]
    slot = {"slot": f"{kim.pk}@{start}", "service": service.pk}
    forms = [slot | {"patient": patient.pk} for patient in PatientFactory.create_batch(RIVALS)]
    ready, address = Barrier(RIVALS), site + reverse("scheduling:book")

    with ThreadPoolExecutor(RIVALS) as pool:
        answers = list(pool.map(lambda sent: post(address, *sent, ready), zip(desk, forms, strict=True)))

    visit = Appointment.objects.get()
    assert int(visit.starts_at.timestamp()) == start
    assert sorted(status for status, _ in answers) == [HTTPStatus.FOUND] + [HTTPStatus.CONFLICT] * (RIVALS - 1)
    lost = [page for status, page in answers if status == HTTPStatus.CONFLICT]
    assert all(offered(page, kim) - {start} for page in lost)
