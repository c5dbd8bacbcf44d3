"""`make bench` and `make bench-small`: builds two databases, asks both by turns, holds the answers against the budgets.

Exit code 1 if a budget of statements, of growth or of messages' memory is missed, or a race had more than one winner.
Times are told, most as multiples of a bare request, and do not fail: machines are noisy. All figures go to
build/bench.json.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from clinic import embedded
from tests import processes
from tests.bench import jobs, messages
from tests.bench.driver import Client
from tests.bench.rows import ROWS, Asking
from tests.screens import fresh_database

PASSWORD = "needles-at-rest"
BUILD = processes.ROOT / "build"
FULL, SMALL = (10_000, 1_000_000), (10_000, 20_000)


def main():
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--small", action="store_true", help="10,000 against 20,000 visits, in two minutes")
    small = options.parse_args().small
    began = time.monotonic()
    sizes = SMALL if small else FULL
    os.environ.update(DATA_DIR=str(BUILD / "bench-data"), EMBEDDED_FSYNC="off")
    with embedded.use(), ExitStack() as stack:
        built = [build(visits) for visits in sizes]
        little, large = [stack.enter_context(served(*one)) for one in built]
        result = measure(little, large, rounds=25 if small else 200) | work(large, 300 if small else 10_000)
    del os.environ["EMBEDDED_FSYNC"]  # the engines start again, as safe as a clinic's
    with embedded.use():
        result["messages"] = messages.measure(*(env for env, _ in built), small=small)
    result["missed"] += result["messages"]["missed"]
    report = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "visits": sizes} | result
    report["seconds"] = round(time.monotonic() - began)
    (BUILD / "bench.json").write_text(json.dumps(report, indent=1))
    print(told(report))
    return 1 if report["missed"] else 0


def build(visits):
    """(environment, facts) of a database with so many visits."""
    name, folder = fresh_database(f"bench_{visits}"), BUILD / f"bench-{visits}"
    folder.mkdir(parents=True, exist_ok=True)
    env = processes.environment(
        database=name, mail_port=1, port=processes.free_port(), run=f"bench{visits}", folder=BUILD / "bench"
    ) | {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "LOG_LEVEL": "WARNING",
        "STATICFILES_BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    }
    began = time.monotonic()
    processes.manage("migrate", "--verbosity", "0", env=env)
    facts = folder / "facts.json"
    processes.manage("shell", "-c", f"from tests.bench.ground import main; main({visits}, {str(facts)!r})", env=env)
    print(f"{visits} visits built in {time.monotonic() - began:.0f} s", flush=True)
    return env, json.loads(facts.read_text()) | {"folder": str(folder)}


@contextmanager
def served(env, facts):
    """A signed-in Asking on two workers of gunicorn, as the Dockerfile starts them."""
    port = int(env["SITE_URL"].rpartition(":")[2])
    folder = processes.ROOT / facts["folder"]
    with processes.clinic(env=env, port=port, folder=folder, queue=False, workers=2) as site:
        yield Asking(Client(site).sign_in("practitioner0@example.com", PASSWORD), facts)


def measure(little, large, *, rounds):
    """Ask everything of both databases and the bare page by turns, so that noise meets all alike."""
    answers = {row.name: {"little": [], "large": []} for row in ROWS}
    bare = []
    for asking in (little, large):
        for row in ROWS:
            row.ask(asking)  # caches, prepared pages
    for _ in range(rounds):
        for row in ROWS:
            bare.append(large.bare())
            for size, asking in (("little", little), ("large", large)):
                answers[row.name][size].append(row.ask(asking))
    floor = percentile(bare, 95)
    base = min(answer.statements for answer in bare)
    rows = [line(row, answers[row.name], floor, base) for row in ROWS]
    return {
        "bare ms p50": ms(percentile(bare, 50)),
        "bare ms p95": ms(floor),
        "rows": rows,
        "missed": [f"{row['name']}: {what}" for row in rows for what in row["missed"]],
    }


def line(row, answers, floor, base):
    little, large = answers["little"], answers["large"]
    wrong = {answer.status for answer in little + large} - {200, 302, 304}
    if wrong:
        raise RuntimeError(f"{row.name} was answered with {wrong}")
    found = {
        "name": row.name,
        "statements": max(answer.statements for answer in little + large) - base,
        "p50 ms": ms(percentile(large, 50)),
        "p95 ms": ms(percentile(large, 95)),
        "multiple": round(percentile(large, 95) / floor, 1),
        "growth": round(percentile(large, 50) / percentile(little, 50), 2),
    }
    budget = row.budget
    over = [name for name in ("statements", "growth") if found[name] > getattr(budget, name)]
    return found | {"budget": vars(budget), "missed": over, "slow": found["multiple"] > budget.multiple}


def work(asking, requests):
    race = jobs.rivals(asking)
    children = subprocess.run(["pgrep", "-f", f"127.0.0.1:{asking.client.site.port}"], capture_output=True, text=True)
    return {
        "50 rivals for one slot": race,
        "memory of a worker": jobs.memory(asking, [int(pid) for pid in children.stdout.split()], requests),
        "bytes": jobs.weights(asking.client.site.geturl(), PASSWORD),
    }


def percentile(answers, share):
    seconds = sorted(answer.seconds for answer in answers)
    return statistics.quantiles(seconds, n=100, method="inclusive")[share - 1]


def ms(seconds):
    return round(seconds * 1000, 1)


def machine():
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def told(report):
    head = f"{'':36}{'statements':>12}{'p50 ms':>9}{'p95 ms':>9}{'x bare':>14}{'growth':>14}"
    lines = [f"bare request: p50 {report['bare ms p50']} ms, p95 {report['bare ms p95']} ms", head]
    for row in report["rows"]:
        budget = row["budget"]
        lines.append(
            f"{row['name']:36}{row['statements']:>5} of {budget['statements']:<3}{row['p50 ms']:>9}{row['p95 ms']:>9}"
            f"{row['multiple']:>7} of {budget['multiple']:<4}{row['growth']:>7} of {budget['growth']:<4}"
            f"{' MISSED' if row['missed'] else ''}{' slow' if row['slow'] else ''}"
        )
    for name in ("50 rivals for one slot", "memory of a worker", "bytes"):
        lines.append(f"{name}: {report[name]}")
    lines += messages.told(report["messages"])
    return "\n".join([*lines, f"{report['seconds']} s; missed: {', '.join(report['missed']) or 'nothing'}"])


if __name__ == "__main__":
    sys.exit(main())
