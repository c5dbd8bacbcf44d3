"""A real mail server, a clock, and a shorthand for what beat and worker do."""

from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import count

import pytest
import time_machine
from django.db.models import Q
from django.utils import timezone

from reminders import finding, sending
from reminders.models import Kind, Rule
from tests.smtpsink import SmtpSink

HOMES = count(int(IPv4Address("10.0.0.1")))
FRIDAY_NOON = datetime(2030, 5, 10, 16, 0, tzinfo=UTC)  # in New York, three days before MONDAY_TEN


@pytest.fixture
def client(client):
    """From an address of its own: nobody pays for the wrong links of another test."""
    client.defaults["REMOTE_ADDR"] = str(IPv4Address(next(HOMES)))
    return client


@pytest.fixture(scope="session")
def server():
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def sink(server, settings):
    """The mail server, empty and willing."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.clear()
    server.start()
    return server


@pytest.fixture
def clock():
    """It is Friday noon in the clinic; `clock.shift(…)` and `clock.move_to(…)` change that."""
    with time_machine.travel(FRIDAY_NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def few_rules(db):
    """What the post does is the same for every kind: here are news, and the reminder of the day before."""
    news = Q(kind__in=[Kind.BOOKED, Kind.MOVED, Kind.CANCELLED])
    Rule.objects.exclude(news | Q(kind=Kind.REMINDER, minutes=24 * 60)).update(active=False)


@pytest.fixture
def tell():
    """What beat and a worker do in one round."""

    def one_round():
        finding.write_due(now=timezone.now())
        sending.deliver()

    return one_round
