"""Real servers for tests that drive the whole application: gunicorn, a Celery worker and beat on the test database."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds until a process must answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url(name):
    """The address of another database on the same server."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def manage(*arguments, env):
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running(*command, env, log):
    """A Python program in a process of its own, ended when the block is left. `log` gets what it prints."""
    with open(log, "ab") as output:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url, process):
    """Until the server answers; a server that ended, or is silent for too long, is an error that names its log."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{url} does not answer") from error
            time.sleep(0.1)


def environment(*, database, mail_port, port, run, folder):
    """What the processes see: the test's database, a queue of its own, the sink as mail server, no long waits."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(database),
        "QUEUE_PREFIX": f"{run}:",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "SITE_URL": f"http://localhost:{port}",
        "CONFIRMATION_GRACE_SECONDS": "1",
        "FIND_EVERY_SECONDS": "1",
        "STATIC_ROOT": str(folder / "static"),
        # hashed names as in earnest; compressing takes 17 s
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    }


@contextmanager
def clinic(*, env, port, folder, queue=True, workers=1):
    """The whole application: web server, and unless told otherwise worker and beat. Yields its address."""
    folder.mkdir(parents=True, exist_ok=True)
    manage("collectstatic", "--noinput", env=env)
    gunicorn = ("gunicorn", "clinic.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket")
    gunicorn += ("--workers", str(workers))
    worker = ("celery", "-A", "clinic", "worker", "--concurrency", "1", "--loglevel", "info")
    beat = ("celery", "-A", "clinic", "beat", "--schedule", str(folder / "beat"), "--loglevel", "info")
    with ExitStack() as stack:
        web = stack.enter_context(running(*gunicorn, env=env, log=folder / "web.log"))
        if queue:
            stack.enter_context(running(*worker, env=env, log=folder / "worker.log"))
            stack.enter_context(running(*beat, env=env, log=folder / "beat.log"))
        wait_for(f"http://127.0.0.1:{port}/healthz", web)
        yield f"http://localhost:{port}"
