"""Several workers at once, on real connections."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from reminders import finding, sending, tasks
from reminders.models import Message, Notice, State
from scheduling import booking
from scheduling.models import Appointment
from tests.factories import AppointmentFactory, LocationFactory, PractitionerFactory, ServiceFactory, TableFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4
VISITS = 24


@pytest.fixture
def visits():
    """Many visits of many people whose confirmation is due."""
    kim, table = PractitionerFactory(), TableFactory(location=LocationFactory())
    service = ServiceFactory(by=[kim])
    start = timezone.now().replace(microsecond=0) + timedelta(days=5)
    return [
        AppointmentFactory(
            practitioner=kim,
            table=table,
            service=service,
            start=start + timedelta(hours=number),
            placed_at=timezone.now() - timedelta(minutes=5),
        )
        for number in range(VISITS)
    ]


def at_once(*works):
    """Run each in a thread and a connection of its own, all starting together. Returns what went wrong."""
    gate, troubles = threading.Barrier(len(works)), []

    def run(work):
        try:
            gate.wait()
            work()
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def find():
    finding.write_due(now=timezone.now())


@pytest.mark.usefixtures("visits")
def test_workers_that_find_at_once_write_each_message_once(monkeypatch):
    monkeypatch.setattr(finding, "BATCH", 3)

    troubles = at_once(*[find] * WORKERS)
    find()

    assert troubles == []
    assert Message.objects.count() == Notice.objects.count() == VISITS


@pytest.mark.usefixtures("visits")
def test_workers_that_send_at_once_send_each_message_once(sink, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 3)
    find()

    troubles = at_once(*[sending.deliver] * WORKERS)

    assert troubles == []
    assert len(sink.letters) == VISITS
    assert len({letter.message["Message-ID"] for letter in sink.letters}) == VISITS
    assert Message.objects.filter(state=State.ACCEPTED).count() == VISITS


def test_finding_waits_for_nobody_and_dies_of_no_deadlock_while_visits_are_cancelled(visits, monkeypatch):
    monkeypatch.setattr(finding, "BATCH", 3)

    def cancel(some):
        for visit in some:
            booking.cancel(visit=visit, reason="", by=None)

    troubles = at_once(find, find, lambda: cancel(visits[::2]), lambda: cancel(visits[1::3]))
    find()

    assert troubles == []
    assert set(Notice.objects.values_list("visit_id", flat=True)) >= set(
        Appointment.objects.coming().values_list("pk", flat=True)
    )


@pytest.mark.usefixtures("visits")
def test_the_tasks_that_beat_names_find_and_deliver(sink):
    tasks.find_due()
    tasks.deliver_waiting()

    assert len(sink.letters) == VISITS


def test_every_task_of_beat_exists():
    from clinic.celery import app

    app.loader.import_default_modules()

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
