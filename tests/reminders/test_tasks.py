"""What a worker is hinted at, and that no hint is needed."""

import pytest
from django.utils import timezone
from kombu import pools

from clinic.celery import app
from reminders import finding, tasks
from reminders.models import Kind, Message
from tests.reminders.posting import DAY, just_placed, only


@pytest.fixture
def queue_away():
    """Nobody listens where the queue should be."""
    there, app.conf.broker_url = app.conf.broker_url, "redis://127.0.0.1:1/0"
    forget_connections()
    yield
    app.conf.broker_url = there
    forget_connections()


def forget_connections():
    pools.reset()
    app.amqp._producer_pool = app._pool = None


@pytest.mark.django_db
@pytest.mark.parametrize(("visits", "calls"), [(1, 0), (3, 1)])
def test_another_worker_is_called_if_there_is_more_than_one_batch(monkeypatch, visits, calls):
    only(Kind.BOOKED)
    monkeypatch.setattr(finding, "BATCH", 1)
    called = []
    for _ in range(visits):
        just_placed(start=timezone.now() + DAY)

    finding.write_due(now=timezone.now(), call_help=lambda: called.append("help"))

    assert len(called) == calls
    assert Message.objects.count() == visits


@pytest.mark.usefixtures("queue_away")
def test_without_a_queue_one_writes_alone():
    tasks.call_another()
