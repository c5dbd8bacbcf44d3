"""Messages: finding and writing a hundred thousand, handing twenty thousand over, and asking when nothing is due.

`measure` starts a process for each job and reads what it found out; the rest is what runs in there. The database is one
of their own, and the engines are as safe as a clinic's: a commit has reached the disk.
"""

import json
import resource
import smtplib
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from email.policy import SMTP
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.utils import timezone

from reminders import courier, finding, sending, tasks
from reminders.models import Message, Notice, Rule, State
from tests import processes
from tests.bench import frame, ground
from tests.bench.counting import Counter
from scheduling import staging
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

HOUR = timedelta(hours=1)


def dig(visits):
    """Visits without what they take up, so that any number of them can be at once: only the first rule is due."""
    made, now = frame.make(), timezone.now()
    Rule.objects.update(quiet_from=None, quiet_until=None)
    import random

    ground.copy("patients_patient", ground.PATIENT, ground.patients(visits, random.Random(7), now))
    ground.vacuum()
    ground.set_context()
    stages = frame.snapshot(made.needling)
    text, length = json.dumps(stages), staging.length(stages)
    first = (now + 50 * HOUR).replace(minute=0, second=0, microsecond=0)

    def rows():
        for number in range(1, visits + 1):
            start = first + timedelta(minutes=15 * (number % 80))
            placed = start - timedelta(days=21 + number % 60)
            yield (
                *(number, number, made.needling.pk, made.team[number % 50].pk, made.tables[number % 50].pk, None),
                *(DateTimeTZRange(start, start + length), text, 10, 0, "booked", "", placed),
                *(0, placed, "", "", "", UUID(int=number), placed),
            )

    rows = rows()
    while some := list(islice(rows, ground.AT_ONCE)):
        ground.copy("scheduling_appointment", ground.VISIT, some)
    ground.vacuum()


def high_water():
    """The most kB that this process ever held."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def write(file):
    before = high_water()
    began, cpu = time.perf_counter(), time.process_time()
    counted = Counter()
    with connection.execute_wrapper(counted):
        written = finding.write_due(now=timezone.now())
    found = {
        "written": written,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "before kB": before,
        "kB": high_water(),
        "statements": counted.statements,
    }
    Path(file).write_text(json.dumps(found))
