"""The engines are shared, stopped by the last who leaves, and survive kills. Each test has a data folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from clinic.embedded import EmbeddedError, Place, postgres, use, valkey

pytestmark = pytest.mark.crash
ROOT = Path(__file__).resolve().parents[2]
HOLD = "from embedded import use\nwith use(): print('in', flush=True); input()"


@pytest.fixture
def place():
    """Not tmp_path: pytest locks that to root, and root's PostgreSQL runs as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="deqi-"))
    folder.chmod(0o711)
    found = Place.at(folder / "data")
    yield found
    assert within(10, lambda: not runs(found)), "a test has left its engines running"
    shutil.rmtree(folder)
    if not found.sockets.is_relative_to(found.data):
        shutil.rmtree(found.sockets, ignore_errors=True)


@pytest.fixture
def engines(place, monkeypatch):
    """Both running, their addresses in the environment; leave before the test is over."""
    for name in ("DATABASE_URL", "REDIS_URL", "EMBEDDED_FSYNC"):
        monkeypatch.delenv(name, raising=False)
    with use(place.data):
        yield place


@contextmanager
def holder(place):
    """Another process that uses the engines until its input ends."""
    env = {**environment(place), "PYTHONPATH": str(ROOT / "clinic")}
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process


def environment(place):
    ours = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return {**ours, "DATA_DIR": str(place.data)}


def manage(place, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(place), capture_output=True, text=True
    )


def is_in(process):
    return process.stdout.readline() == "in\n"


def runs(place):
    return postgres.answer(place) == postgres.ACCEPTING or valkey.answer(place) == b"+PONG"


def within(seconds, condition):
    return valkey.within(seconds, condition)


def test_two_processes_share_the_engines_and_the_last_one_stops_them(place):
    with holder(place) as first, holder(place) as second:
        assert is_in(first)
        assert is_in(second)

        first.communicate("\n")
        assert runs(place)

        second.communicate("\n")
        assert not runs(place)


def test_many_cold_starts_at_once_agree(place):
    with ExitStack() as stack:
        processes = [stack.enter_context(holder(place)) for _ in range(4)]

        assert [is_in(process) for process in processes] == [True] * 4


def test_engines_stop_when_their_only_user_is_killed_and_start_again(place):
    with holder(place) as user:
        assert is_in(user)
        user.kill()
    assert within(10, lambda: not runs(place))

    with holder(place) as user:
        assert is_in(user)


def test_a_killed_server_starts_again_with_its_data(engines):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(postgres.postmaster(engines), signal.SIGKILL)
    within(10, lambda: postgres.answer(engines) != postgres.ACCEPTING)

    with use(engines.data), psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_pid_file_of_before_a_crash_is_not_taken_for_a_server(place):
    with holder(place) as user:
        assert is_in(user)
        left_over = (place.cluster / "postmaster.pid").read_text().split("\n", 1)[1]
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (place.cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{left_over}")

        with holder(place) as user:
            assert is_in(user)


def test_the_application_is_no_superuser_and_may_make_test_databases(engines):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        role = connection.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()

    assert role == (False, True)


def test_extensions_are_there_and_see_letters_beyond_ascii(engines):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT unaccent('Ōé'), similarity('得气', '得气'), lower('É')").fetchone()

    assert found == ("Oe", 1.0, "é")


def test_nothing_listens_on_the_network_and_no_stranger_reaches_a_socket(engines):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)

    assert engines.sockets.stat().st_mode & 0o077 == 0
    assert engines.home.stat().st_mode & 0o077 == 0


def test_the_secret_key_outlives_a_restart_and_is_for_its_owner_alone(place, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")

    with use(place.data):
        first = os.environ["SECRET_KEY"]
    with use(place.data):
        second = os.environ["SECRET_KEY"]

    assert first == second
    assert (place.data / "secret_key").stat().st_mode & 0o077 == 0


def test_a_long_path_moves_the_sockets_into_the_temporary_folder(place):
    deep = Place(place.data.with_name("d" * 100))

    with use(deep.data):
        assert runs(deep)
        assert deep.sockets.parent == Path(tempfile.gettempdir())
    shutil.rmtree(deep.sockets)


def test_a_folder_of_another_postgresql_version_is_left_alone(place):
    with holder(place) as user:
        assert is_in(user)
    (place.cluster / "PG_VERSION").write_text("17\n")
    before = (place.cluster / "global" / "pg_control").read_bytes()

    done = manage(place, "check")

    assert done.returncode == 1
    assert "was made by PostgreSQL 17 and this is 18" in one_sentence(done)
    assert (place.cluster / "global" / "pg_control").read_bytes() == before


def test_a_folder_that_cannot_be_written_gets_a_sentence(place):
    place.data.write_text("in the way")

    done = manage(place, "check")

    assert done.returncode == 1
    assert str(place.data) in one_sentence(done)
    assert place.data.read_text() == "in the way"


def test_a_folder_of_somebody_else_is_not_used(place):
    place.data.mkdir(0o711)
    elsewhere = place.data.with_name("elsewhere")
    elsewhere.mkdir()
    place.home.symlink_to(elsewhere)

    with pytest.raises(EmbeddedError, match="left alone"), use(place.data):
        pass

    assert list(elsewhere.iterdir()) == []


def test_with_addresses_in_the_environment_nothing_embedded_is_imported():
    script = (
        "import sys; from clinic.engines import engines\n"
        "with engines(): sys.exit(any(name.startswith('clinic.embedded') for name in sys.modules))"
    )
    env = {**os.environ, "DATABASE_URL": "postgres://nowhere/x", "REDIS_URL": "redis://nowhere"}

    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env).returncode == 0


def one_sentence(done):
    assert done.stderr.count("\n") == 1
    return done.stderr
