"""Messages: a hundred thousand found and written, twenty thousand handed over, and a look when nothing is due.

`measure` is what the bench calls. Each job is a process of its own, which calls one of the functions below it and
leaves what it found in a file. The engines are as safe here as a clinic's: what is committed has reached the disk.
"""

import json
import random
import smtplib
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from tests import processes
from tests.bench.counting import Counter
from tests.bench.rows import FLAT
from tests.screens import fresh_database

BUILD = processes.ROOT / "build"
WRITTEN, SENT = {True: 5_000, False: 100_000}, {True: 1_000, False: 20_000}  # small or not
SECONDS_A_MESSAGE, MEMORY = 20 / 100_000, 200_000  # kB
SHARE = 0.4  # of the rate of a bare smtplib loop
TICK_STATEMENTS, TICK_MS = 3, 5
TICKS = 200


def measure(little, large, *, small):
    """All jobs' figures and, under "missed", the budgets of memory, statements and growth that were missed.

    `little` and `large` are the environments of the two databases with many visits.
    """
    with postbox() as port:
        env = environment(port)
        job(env, "lay", WRITTEN[small])
        found = {"write": both(env), "deliver": job(env, "deliver", port, SENT[small])}
    found["tick"] = ticks(little, large)
    return found | {"missed": missed(found), "slow": slow(found)}


def both(env):
    """`write` in two processes at once, as many as a clinic's worker has. kB is what the greater one held."""
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(lambda number: job(env, "write", file=f"write-{number}"), (1, 2))
    added = {name: round(one[name] + other[name], 2) for name in ("messages", "seconds of CPU", "statements")}
    seconds = max(one["ended"], other["ended"]) - min(one["began"], other["began"])
    return added | {"seconds": round(seconds, 2), "kB": max(one["kB"], other["kB"])}


def ticks(little, large):
    """Of the large database, and how much longer than in the little one; by turns, each at its best."""
    short, long = [], []
    for _ in range(2):
        short.append(job(little, "tick"))
        long.append(job(large, "tick"))
    best = [min(one["best ms"] for one in some) for some in (short, long)]
    return long[-1] | {"best ms": best[1], "growth": round(best[1] / best[0], 2)}


def missed(found):
    write, tick = found["write"], found["tick"]
    over = {
        "memory of writing messages": write["kB"] > MEMORY,
        "statements of a tick": tick["statements"] > TICK_STATEMENTS,
        "growth of a tick": tick["growth"] > FLAT,
    }
    return [name for name, is_over in over.items() if is_over]


def slow(found):
    write = found["write"]
    over = {
        "writing messages": write["seconds"] > SECONDS_A_MESSAGE * write["messages"],
        "handing messages over": found["deliver"]["share"] < SHARE,
        "a tick": found["tick"]["best ms"] > TICK_MS,
    }
    return [name for name, is_over in over.items() if is_over]


@contextmanager
def postbox():
    """The port of a mail server that takes all and keeps nothing, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.postbox"]
    with subprocess.Popen(command, cwd=processes.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


def environment(mail_port):
    env = processes.environment(
        database=fresh_database("bench_messages"), mail_port=mail_port, port=1, run="messages", folder=BUILD / "bench"
    ) | {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "LOG_LEVEL": "WARNING"}
    processes.manage("migrate", "--verbosity", "0", env=env)
    return env


def job(env, name, *values, file=""):
    """What this function of ours finds out in a process of its own."""
    file = BUILD / f"bench-{file or name}.json"
    words = f"from tests.bench import messages; messages.note({str(file)!r}, messages.{name}(*{values!r}))"
    processes.manage("shell", "--verbosity", "0", "--command", words, env=env)
    return json.loads(file.read_text())


def note(file, found):
    with open(file, "w") as out:
        json.dump(found, out)


# What runs in there.


def lay(visits):
    """So many people, each with a visit that one reminder is due for, and no other.

    They take nothing up, so that all can be within a day. No hours are quiet, or at night nothing would go.
    """
    from reminders.models import Rule
    from scheduling import staging
    from tests.bench import frame, ground

    made, now = frame.make(), timezone.now()
    Rule.objects.update(quiet_from=None, quiet_until=None)
    ground.copy("patients_patient", ground.PATIENT, ground.patients(visits, random.Random(7), now))
    ground.vacuum()
    ground.set_context()
    stages = frame.snapshot(made.needling)
    text, length = json.dumps(stages), staging.length(stages)
    first = now + timedelta(hours=50)

    def rows():
        for number in range(1, visits + 1):
            start, who = first + timedelta(minutes=15 * (number % 80)), number % frame.TEAM
            placed = start - timedelta(days=21 + number % 60)
            yield (
                *(number, number, made.needling.pk, made.team[who].pk, made.tables[who].pk, None),
                *(DateTimeTZRange(start, start + length), text, 10, 0, "booked", "", placed),
                *(0, placed, "", "", "", UUID(int=number), placed),
            )

    some = rows()
    while batch := list(islice(some, ground.AT_ONCE)):
        ground.copy("scheduling_appointment", ground.VISIT, batch)
    ground.vacuum()


def write():
    """Find and write all that is due; kB is the most that the process ever held."""
    from django.db import connection
    from django.urls import reverse

    from reminders import finding

    reverse("reminders:messages")  # a worker has read all addresses long ago
    counted, began, cpu = Counter(), time.time(), time.process_time()
    with connection.execute_wrapper(counted):
        messages = finding.write_due(now=timezone.now())
    return {
        "messages": messages,
        "began": began,
        "ended": time.time(),
        "seconds of CPU": time.process_time() - cpu,
        "statements": counted.statements,
        "kB": most_memory(),
    }


def most_memory():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def deliver(port, count):
    """Letters a second, twice by a bare loop and twice by `sending.deliver`, each at its better."""
    from reminders import sending
    from reminders.models import Message, State

    bare, ours = [], []
    for _ in range(2):
        letters = make_ready(count)
        bare.append(rate(count, lambda letters=letters: loop(port, letters)))
        ours.append(rate(count, lambda: sending.deliver(seconds=600)))
        accepted = Message.objects.filter(state=State.ACCEPTED).count()
        if accepted != count:
            raise RuntimeError(f"{accepted} of {count} messages were accepted")
    best, own = max(bare), max(ours)
    return {
        "messages": count,
        "bare": best["a second"],
        "ours": own["a second"],
        "share": round(own["a second"] / best["a second"], 2),
        "ms of CPU": own["ms of CPU"],
    }


def make_ready(count):
    """So many messages wait, and no others; as the letters that they are: (address, bytes)."""
    from django.db import connection

    from reminders import courier
    from reminders.models import Message, State

    now = timezone.now()
    Message.objects.update(state=State.DROPPED, accepted_at=None, answer="")
    chosen = Message.objects.order_by("pk").values("pk")[:count]
    Message.objects.filter(pk__in=chosen).update(state=State.WAITING, attempts=0, next_attempt_at=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE reminders_message")
    waiting = Message.objects.filter(state=State.WAITING).order_by("pk")
    return [(message.to, courier.as_letter(message)) for message in waiting]


def rate(count, work):
    began, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Rate({"a second": round(count / seconds), "ms of CPU": round(cpu / count * 1000, 2)})


class Rate(dict):
    def __lt__(self, other):
        return self["a second"] < other["a second"]


def loop(port, letters):
    with smtplib.SMTP("127.0.0.1", port) as line:
        for address, content in letters:
            line.sendmail("clinic@example.com", [address], content)


def tick():
    """What beat's two tasks cost while nothing is due: everything that was has been told and accepted."""
    from django.db import connection

    from reminders import finding, sending
    from reminders.models import Message, State
    from tests.bench import ground

    now = timezone.now()
    while finding.write_due(now=now):
        pass
    Message.objects.filter(state=State.WAITING).update(state=State.ACCEPTED, accepted_at=now)
    ground.vacuum()
    counted, took = Counter(), []
    with connection.execute_wrapper(counted):
        idle(now, finding, sending)
    for _ in range(TICKS):
        began = time.perf_counter()
        idle(now, finding, sending)
        took.append((time.perf_counter() - began) * 1000)
    return {
        "statements": counted.statements,
        "best ms": round(min(took), 2),
        "median ms": round(statistics.median(took), 2),
    }


def idle(now, finding, sending):
    if finding.write_due(now=now):
        raise RuntimeError("something is due")
    sending.deliver()


def told(found):
    """The figures as lines of text."""
    write, sent, tick = found["write"], found["deliver"], found["tick"]
    return [
        f"{write['messages']} messages written: {write['seconds']} s ({write['seconds of CPU']} s of our CPU) of "
        f"{SECONDS_A_MESSAGE * write['messages']:.1f}, {write['kB']} kB of {MEMORY}, {write['statements']} statements",
        f"{sent['messages']} messages handed over: {sent['ours']} a second, {sent['share']} of {SHARE} of a bare loop "
        f"({sent['bare']} a second); {sent['ms of CPU']} ms of our CPU each",
        f"tick with nothing due: {tick['statements']} of {TICK_STATEMENTS} statements, at best {tick['best ms']} ms of "
        f"{TICK_MS}, {tick['median ms']} in the middle, growth {tick['growth']} of {FLAT}",
        f"slow: {', '.join(found['slow']) or 'nothing'}",
    ]
