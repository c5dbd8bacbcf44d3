"""Several workers at once, on real connections."""

import json
import logging
import os
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
import pytest
import time_machine
from celery import current_app
from django.db import OperationalError, connection
from django.utils import timezone

from clinic.embedded.valkey import within
from clinic.models import Location
from patients.models import Patient
from reminders import courier, finding, sending, tasks
from reminders.models import Answer, AnswerKind, Kind, Message, Notice, Rule, StaffNotice, State
from scheduling import booking
from scheduling.models import Appointment
from tests import processes
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)
from tests.reminders.posting import ANA, DAY, just_placed, only, states
from tests.smtpsink import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4
VISITS = 24


@pytest.fixture
def visits():
    """Many visits of many people whose confirmation is due, and nothing else is."""
    only(Kind.BOOKED)
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
    """Run each in a thread and a connection of its own, all starting together. Returns what they raised: what the
    finder swallows it logs, see `no_errors`."""
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


@pytest.fixture
def no_errors(caplog):
    """Nothing was logged as an error, by no thread, while the test ran."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


def find():
    finding.write_due(now=timezone.now())


@pytest.mark.usefixtures("visits", "no_errors")
def test_workers_that_find_at_once_write_each_message_once(monkeypatch):
    monkeypatch.setattr(finding, "BATCH", 3)

    troubles = at_once(*[find] * WORKERS)
    find()

    assert troubles == []
    assert Message.objects.count() == Notice.objects.count() == VISITS


@pytest.mark.usefixtures("visits", "no_errors")
def test_workers_that_send_at_once_send_each_message_once(sink, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 3)
    find()

    troubles = at_once(*[sending.deliver] * WORKERS)

    assert troubles == []
    assert len(sink.letters) == VISITS
    assert len({letter.message["Message-ID"] for letter in sink.letters}) == VISITS
    assert Message.objects.filter(state=State.ACCEPTED).count() == VISITS


@pytest.mark.usefixtures("no_errors")
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


@pytest.mark.usefixtures("visits", "no_errors")
def test_workers_that_find_a_family_at_once_tell_of_each_visit_once(monkeypatch):
    monkeypatch.setattr(finding, "BATCH", 3)
    Rule.objects.update(active=False)
    Rule.objects.filter(kind=Kind.REMINDER).update(active=True)
    Patient.objects.update(email="home@example.com")
    Appointment.objects.update(placed_at=timezone.now() - 30 * DAY)

    with time_machine.travel(Appointment.objects.earliest("starts_at").starts_at - 2 * DAY):
        troubles = at_once(*[find] * WORKERS)
        find()

    assert troubles == []
    assert Notice.objects.count() == VISITS
    assert not Message.objects.filter(notices=None).exists()


@pytest.mark.usefixtures("no_errors")
def test_workers_that_tell_the_staff_at_once_tell_them_once(visits):
    Rule.objects.update(active=False)
    Rule.objects.filter(kind=Kind.URGENT).update(active=True)
    Location.objects.update(email="desk@example.com")
    for visit in visits:
        Answer.objects.create(patient=visit.patient, visit=visit, kind=AnswerKind.URGENT)

    troubles = at_once(*[find] * WORKERS)
    find()

    assert troubles == []
    assert Message.objects.filter(kind=Kind.URGENT).count() == 1
    assert StaffNotice.objects.count() == VISITS


def test_while_one_worker_tells_the_staff_another_leaves_it_to_that_one():
    visit = AppointmentFactory()
    Rule.objects.exclude(kind=Kind.URGENT).update(active=False)
    Location.objects.update(email="desk@example.com")
    Answer.objects.create(patient=visit.patient, visit=visit, kind=AnswerKind.URGENT)
    with psycopg.connect(processes.database_url(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT FROM reminders_rule WHERE kind = 'urgent' FOR NO KEY UPDATE")
        find()
        meanwhile = Message.objects.count()

    find()

    assert (meanwhile, Message.objects.count()) == (0, 1)


@pytest.mark.usefixtures("visits")
def test_the_tasks_that_beat_names_find_and_deliver(sink):
    tasks.find_due()
    tasks.deliver_waiting()

    assert len(sink.letters) == VISITS


def cut_off():
    """The database ends every connection of these tests, as its restart would. Autovacuum is none of them."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=name, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def test_an_answer_in_hand_is_written_down_though_the_database_was_lost_meanwhile(sink):
    only(Kind.BOOKED)
    just_placed(start=timezone.now() + DAY)
    find()
    worker = sending.Delivery(sending.reserve(timezone.now()))
    mine = worker.batch.pop()
    with courier.Courier() as post:
        post.connect()
        assert worker.turn(mine)
        worker.last = (mine, post.hand_over(mine))
    cut_off()

    worker.carry()

    assert Message.objects.get().state == State.ACCEPTED
    assert len(sink.letters) == 1


def test_a_database_lost_between_two_messages_loses_none_and_repeats_none(sink):
    only(Kind.BOOKED)
    for day in (1, 2):
        just_placed(start=timezone.now() + day * DAY)
    find()
    worker = sending.Delivery(sending.reserve(timezone.now()))
    with courier.Courier() as post:
        post.connect()
        assert worker.turn(worker.batch[0])
        worker.last = (worker.batch[0], post.hand_over(worker.batch.pop(0)))
    cut_off()

    with pytest.raises(OperationalError):
        worker.carry()
    with time_machine.travel(timezone.now() + sending.LEASE):
        sending.deliver()

    assert states() == [State.ACCEPTED] * 2
    assert len(sink.letters) == 2


@pytest.mark.crash
def test_what_is_due_is_found_while_a_slow_server_is_given_a_backlog(tmp_path):
    """By one worker, which has only one hand. Minutes of mail lie before it."""
    only(Kind.BOOKED)
    patient = PatientFactory()
    Message.objects.bulk_create(by_hand_to(patient, number) for number in range(600))
    with SmtpSink(dawdle=0.2) as slow, busy_clinic(slow, tmp_path):
        assert slow.expect_more(1, within=60)
        just_placed(patient__email=ANA, start=timezone.now() + DAY)

        assert within(60, lambda: Message.objects.filter(kind=Kind.BOOKED).exists())
        assert Message.objects.filter(kind=Kind.BY_HAND, state=State.WAITING).exists()


def by_hand_to(patient, number):
    return Message(
        kind=Kind.BY_HAND,
        patient=patient,
        to=patient.email,
        subject="s",
        text="t",
        html="h",
        message_id=f"<{number}@backlog>",
        give_up_at=timezone.now() + DAY,
    )


@contextmanager
def busy_clinic(sink, folder):
    """Beat and one worker on this test's database."""
    name = connection.settings_dict["NAME"]
    env = processes.environment(database=name, mail_port=sink.port, port=1, run=name, folder=folder)
    celery = ("celery", "-A", "clinic")
    with (
        processes.running(*celery, "worker", "--concurrency", "1", env=env, log=folder / "worker.log"),
        processes.running(*celery, "beat", "--schedule", str(folder / "beat"), env=env, log=folder / "beat.log"),
    ):
        yield


@pytest.mark.parametrize(("task", "priority"), [(tasks.find_due, 0), (tasks.deliver_waiting, 9)])
def test_hints_that_nobody_takes_expire_and_those_to_find_go_in_front(task, priority):
    with current_app.connection() as queue:
        queue.default_channel.queue_purge("celery")
        task.delay()
        told = queue.default_channel.client.rpop(queue.default_channel._q_for_pri("celery", priority))

    headers = json.loads(told)["headers"]
    assert headers["task"] == task.name
    assert datetime.fromisoformat(headers["expires"]) <= timezone.now() + timedelta(seconds=60)


def test_every_task_of_beat_exists():
    from clinic.celery import app

    app.loader.import_default_modules()

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
