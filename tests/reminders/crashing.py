"""A clinic that is beaten up: engines, workers and beat of its own, which are killed and come back."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

import psycopg
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from clinic.embedded import postgres, use, valkey
from clinic.embedded.sharing import door
from tests import processes

NAMED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMBEDDED_FSYNC")
CELERY = (sys.executable, "-m", "celery", "-A", "clinic")
WORKER = (*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "info")
LEASE = 5  # seconds


@contextmanager
def engines():
    """A data folder of its own, as safe as a clinic's: what was committed must outlive PostgreSQL's crash."""
    folder = Path(tempfile.mkdtemp(prefix="deqi-"))
    folder.chmod(0o711)  # not pytest's tmp_path, which is root's alone: root's PostgreSQL runs as somebody else
    before = {name: os.environ.pop(name) for name in NAMED if name in os.environ}
    try:
        with use(folder / "data") as place:
            yield place
    finally:
        os.environ.update(before)
        shutil.rmtree(folder)


def restart_queue(place):
    """As if it had been killed: what it had not written yet is gone."""
    with door(place):
        os.kill(int((place.queue / "valkey.pid").read_text()), signal.SIGKILL)
        valkey.within(10, lambda: not valkey.answer(place))
        valkey.start(place)


def restart_database(place, mode):
    """`fast` breaks off what is under way, `immediate` is a crash."""
    with door(place):
        postgres.run(postgres.postgres_program("pg_ctl"), "stop", "-D", place.cluster, "-m", mode, "-w", "-t", 20)
        postgres.start(place)


class Staff:
    """Beat and so many workers, each leading a process group of its own."""

    def __init__(self, *, workers, env, folder):
        self.env, self.folder = env, folder
        self.commands = {f"worker{n}": (*WORKER, "-n", f"worker{n}@crash") for n in range(workers)}
        self.commands["beat"] = (*CELERY, "beat", "--schedule", str(folder / "beat"), "--loglevel", "info")
        self.processes = {}

    def __enter__(self):
        for name in self.commands:
            self.start(name)
        return self

    def __exit__(self, *exception):
        for name in self.processes:
            self.kill(name)

    def start(self, name):
        with self.log(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=processes.ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name):
        """The whole of it, as the kernel does when memory runs out."""
        process = self.processes[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_at_work(self, name):
        """Only the child that has the task in hand; its parent starts another. False: it has none just now."""
        pid = self.processes[name].pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(children[-1]), signal.SIGKILL)
        except (IndexError, OSError):
            return False
        return True

    def log(self, name):
        return self.folder / f"{name}.log"

    def said(self):
        return "".join(self.log(name).read_text() for name in self.commands)

    def gone(self):
        """Those that ended without being killed."""
        return [name for name, process in self.processes.items() if process.poll() is not None]


def lay_ground(visits):
    """Run in a process of its own: a clinic where half of the visits are to be confirmed and half to be reminded of."""
    from reminders.models import Rule
    from scheduling import staging
    from tests.bench import frame, ground

    made, now = frame.make(), timezone.now()
    Rule.objects.update(quiet_from=None, quiet_until=None)  # whatever the time of day
    ground.copy("patients_patient", ground.PATIENT, ground.patients(visits, random.Random(7), now))
    stages = frame.snapshot(made.needling)
    text, length = json.dumps(stages), staging.length(stages)

    def rows():
        for number in range(1, visits + 1):
            reminded, who = number % 2, number % frame.TEAM
            start = now + timedelta(hours=50 if reminded else 200, seconds=30 * number)
            placed = now - (timedelta(days=30) if reminded else timedelta(minutes=5))
            yield (
                *(number, number, made.needling.pk, made.team[who].pk, made.tables[who].pk, None),
                *(DateTimeTZRange(start, start + length), text, 10, 0, "booked", "", placed),
                *(0, placed, "", "", "", UUID(int=number), placed),
            )

    some = rows()
    while batch := list(islice(some, ground.AT_ONCE)):
        ground.copy("scheduling_appointment", ground.VISIT, batch)


class Database:
    """Questions to a database that comes and goes."""

    def __init__(self, url):
        self.url, self.connection = url, None

    def ask(self, question, values=()):
        """All rows. It is asked again on a new connection until it is answered, at most a minute."""
        answer = []

        def answered():
            try:
                if self.connection is None or self.connection.closed:
                    self.connection = psycopg.connect(self.url, autocommit=True)
                cursor = self.connection.execute(question, values)
                answer[:] = cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                if self.connection:
                    self.connection.close()
                return False
            return True

        assert valkey.within(60, answered), "the database did not come back"
        return answer

    def one(self, question, values=()):
        return self.ask(question, values)[0][0]

    def close(self):
        if self.connection:
            self.connection.close()
