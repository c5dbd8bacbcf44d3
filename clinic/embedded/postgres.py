"""The PostgreSQL server of a data folder: made once, started, stopped. All of it happens while the door is held."""

import contextlib
import locale
import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

from .places import EmbeddedError, make_private, postgres_program, run

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # the log names tables and constraints, never what stood in the row
    "log_min_error_statement": "panic",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ACCEPTING, REJECTING = 0, 1  # what pg_isready answers; 2 is no answer at all
PATIENCE = 60  # seconds; a server that was killed under load first recovers


def start(place):
    """Until it accepts connections. If another process began this and was killed, its server is waited for."""
    check_version(place)
    if not place.cluster.exists():
        create(place)
    until = time.monotonic() + PATIENCE
    while (state := answer(place)) != ACCEPTING:
        if time.monotonic() > until:
            raise EmbeddedError(
                f"PostgreSQL does not answer; its reason is at the end of {place.home / 'postgres.log'}."
            )
        if state == REJECTING or occupied(place):
            time.sleep(0.1)
        else:
            forget_the_dead(place)
            launch(place)


def stop(place):
    """Fast: open transactions are rolled back. A server that does not come to its end is stopped as a crash would."""
    if answer(place) not in (ACCEPTING, REJECTING) and not occupied(place):
        return
    for mode in ("fast", "immediate"):
        if run(postgres_program("pg_ctl"), "stop", "-D", place.cluster, "-m", mode, "-w", "-t", 8).returncode == 0:
            return


def answer(place):
    return run(postgres_program("pg_isready"), "-h", place.sockets, "-p", 5432, "-d", "postgres", "-t", 3).returncode


def check_version(place):
    """The folder of another major version is left alone: only pg_upgrade or a dump carries it over."""
    file = place.cluster / "PG_VERSION"
    if not place.cluster.exists():
        return
    found = file.read_text().strip() if file.exists() else "unknown"
    ours = run(postgres_program("postgres"), "--version").stdout.split()[-1].split(".")[0]
    if found != ours:
        raise EmbeddedError(
            f"The data folder {place.data} was made by PostgreSQL {found} and this is {ours}: "
            f"dump it with version {found} and load it into a new folder, or set DATA_DIR to another one."
        )


def create(place):
    """Made under another name and renamed when whole, so that a start killed half-way leaves no half cluster behind."""
    draft = place.home / "postgres.new"
    if draft.exists():
        shutil.rmtree(draft)
    make_private(draft)
    done = run(
        *(postgres_program("initdb"), "-D", draft, "--username=postgres", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={letters()}"),
        *("--auth-local=trust", "--auth-host=reject"),
    )
    if done.returncode:
        raise EmbeddedError(f"PostgreSQL could not make its folder {draft}: {last_line(done.stdout)}")
    provide(draft)
    draft.rename(place.cluster)


def letters():
    """The system's locale that knows letters beyond ASCII: pg_trgm asks it, and under plain C finds none in é or 气."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            locale.setlocale(locale.LC_CTYPE, before)
            return name
    raise EmbeddedError("PostgreSQL needs the locale C.UTF-8 or en_US.UTF-8, and this system has neither.")


def provide(cluster):
    """Give the application its role, no superuser, and its database.

    Extensions need the superuser, so they go into template1, of which this database and every test database is a copy.
    """
    single(cluster, "template1", *(f"CREATE EXTENSION {name}" for name in EXTENSIONS))
    single(cluster, "postgres", "CREATE ROLE deqi LOGIN CREATEDB", "CREATE DATABASE deqi OWNER deqi")


def single(cluster, database, *statements):
    """Run statements as the superuser before the server has ever listened. Errors do not show in its exit code."""
    script = "".join(f"{statement};\n" for statement in statements)
    done = run(postgres_program("postgres"), "--single", "-D", cluster, database, input=script)
    if done.returncode or "ERROR:" in done.stdout:
        raise EmbeddedError(f"PostgreSQL could not set up its folder {cluster}: {last_line(done.stdout)}")


def launch(place):
    """pg_ctl detaches the server into its own session: Ctrl-C in a terminal must not reach it before the workers."""
    settings = SETTINGS | (UNSAFE if os.environ.get("EMBEDDED_FSYNC") == "off" else {})
    options = [f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items()]
    options.append(f"-k {shlex.quote(str(place.sockets))}")
    log = place.home / "postgres.log"
    started = run(
        *(postgres_program("pg_ctl"), "start", "-D", place.cluster, "-w", "-t", PATIENCE, "-s"),
        *("-l", log, "-o", " ".join(options)),
    )
    if started.returncode:
        raise EmbeddedError(f"PostgreSQL did not start; its reason is at the end of {log}.")


def forget_the_dead(place):
    """After a crash another process may bear the old server's number, and PostgreSQL would take it for the server.

    Our own number counts as nobody's there (we are the grandparent of what starts now). The file itself stays, because
    PostgreSQL reads in it which shared memory to look at for survivors.
    """
    file = place.cluster / "postmaster.pid"
    if file.exists():
        _, rest = file.read_text().split("\n", 1)
        file.write_text(f"{os.getpid()}\n{rest}")
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (place.sockets / name).unlink(missing_ok=True)


def occupied(place):
    """Whether a living server of this very folder is named in postmaster.pid. A number alone proves nothing."""
    pid = postmaster(place)
    return pid is not None and os.fsencode(place.cluster) in command_line(pid)


def postmaster(place):
    try:
        return int((place.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def command_line(pid):
    if not Path("/proc/self/cmdline").exists():
        ps = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
        return subprocess.run(ps, capture_output=True, check=False).stdout  # noqa: S603  a number of our own
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def last_line(output):
    return output.strip().rpartition("\n")[2]
