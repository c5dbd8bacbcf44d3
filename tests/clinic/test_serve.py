"""What `make run` starts, it also ends: after Ctrl-C, after SIGKILL, and when one of its processes dies."""

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinic.embedded import Place, postgres, valkey
from clinic.leash import Leash
from tests.processes import free_port

pytestmark = pytest.mark.crash
NAMED = {"DATABASE_URL", "EMAIL_URL", "REDIS_URL", "SITE_URL"}
ROOT = Path(__file__).resolve().parents[2]
LEASHED = """
import pathlib, sys, time
from clinic.leash import Leash
with Leash() as leash:
    for name in ("one", "two"):
        leash.start(name, "sleep", "600", log=pathlib.Path(sys.argv[1]) / f"{name}.log")
    print(*[child.pid for child in leash.children.values()], flush=True)
    input()
"""


@pytest.fixture
def folder():
    """Not tmp_path: pytest locks that to root, and root's PostgreSQL runs as somebody else."""
    found = Path(tempfile.mkdtemp(prefix="deqi-"))
    found.chmod(0o711)
    yield found
    shutil.rmtree(found)


@contextmanager
def serve(folder, port, **named):
    """The supervisor with nothing but `named` in its environment; killed at the end if it still runs."""
    ours = {name: value for name, value in os.environ.items() if name not in NAMED}
    with subprocess.Popen(
        [sys.executable, "-m", "clinic.serve"],
        cwd=ROOT,
        env={**ours, "DATA_DIR": str(folder / "data"), "PORT": str(port), "SAMPLE_DATA": "no", **named},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pids):
    return valkey.within(12, lambda: not any(map(alive, pids)))


def test_a_taken_port_gets_a_sentence_and_nothing_is_started(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with serve(folder, port) as process:
            _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.startswith(f"Port {port} cannot be used")
    assert said.count("\n") == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("port", ["many", "70000"])
def test_a_port_that_is_none_gets_a_sentence(folder, port):
    with serve(folder, port) as process:
        _, said = process.communicate(timeout=30)

    assert (process.returncode, said.count("\n")) == (1, 1)
    assert "not a port number" in said


@pytest.mark.parametrize("named", [{}, {"DATABASE_URL": "postgres://nowhere/x", "REDIS_URL": "redis://nowhere"}])
def test_a_data_folder_that_cannot_be_made_gets_a_sentence(folder, named):
    (folder / "data").write_text("in the way")

    with serve(folder, free_port(), **named) as process:
        _, said = process.communicate(timeout=30)

    assert (process.returncode, said.count("\n")) == (1, 1)
    assert said.startswith(f"The data folder {folder / 'data'} cannot be made")
    assert (folder / "data").read_text() == "in the way"


@pytest.mark.e2e
def test_the_whole_clinic_starts_and_ctrl_c_ends_all_of_it(folder):
    port = free_port()
    with serve(folder, port) as process:
        said = "".join(itertools.takewhile(lambda line: "Ctrl-C stops" not in line, process.stdout))
        pids = children(process.pid)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as page:
            assert json.load(page)["status"] == "ok"

        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert f"Deqi is at http://localhost:{port}" in said
    assert (out, err, process.returncode) == ("Stopped.\n", "", 0)
    assert len(pids) >= 4
    assert gone(pids)
    assert not postgres.occupied(Place.at(folder / "data"))


def test_children_do_not_outlive_a_killed_supervisor(folder):
    with subprocess.Popen(
        [sys.executable, "-c", LEASHED, folder], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as supervisor:
        pids = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert all(map(alive, pids))

        supervisor.kill()

    assert gone(pids)


def test_a_child_that_ends_is_named(folder):
    with Leash() as leash:
        leash.start("steady", "sleep", "600", log=folder / "steady.log")
        leash.start("hasty", "sh", "-c", "exit 3", log=folder / "hasty.log")
        valkey.within(5, leash.ended)

        assert leash.ended() == ("hasty", 3)


def children(pid):
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]
