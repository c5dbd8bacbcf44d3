"""The whole clinic on one machine: what `make run` starts, and what Ctrl-C ends.

Engines, web server, worker, beat and, while no mail server is named, one that keeps the messages as files.
"""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request

from clinic.embedded import EmbeddedError, Place
from clinic.engines import engines, read_env_file
from clinic.leash import Leash
from clinic.readying import print_sign_ins, ready

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PYTHON = (sys.executable, "-m")
GUNICORN = ("--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket")
PATIENCE = 60  # seconds for the web server to answer


class Signals:
    """Remembers that the end was asked for. It interrupts only when `armed`: a half-started engine would be left over.

    After the first signal all others are ignored, so that a second Ctrl-C does not break off the clearing up.
    """

    class Asked(BaseException):
        """Not an error: somebody wants to stop."""

    def __init__(self):
        self.asked = self.armed = False
        for number in SIGNALS:
            signal.signal(number, self.receive)

    def receive(self, *_):
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        self.asked = True
        if self.armed:
            raise self.Asked

    def arm(self):
        self.armed = True
        if self.asked:
            raise self.Asked


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main():
    read_env_file()
    signals = Signals()
    port = free_or_exit(os.environ.get("PORT") or "8000")
    try:
        with engines():
            signals.arm()
            serve(port)
    except Signals.Asked:
        say("Stopped.")
    except EmbeddedError as refusal:
        sys.exit(str(refusal))


def free_or_exit(port):
    """The port as a number. Looked at first of all, so that a second start by mistake changes nothing."""
    try:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", int(port)))
    except (ValueError, OverflowError):
        sys.exit(f"PORT is {port!r}, which is not a port number.")
    except OSError as error:
        sys.exit(
            f"Port {port} cannot be used ({error.strerror}): stop what listens there, or choose another with PORT."
        )
    return int(port)


def serve(port):
    place = Place.at()
    place.make()
    data = place.data
    catcher = None if "EMAIL_URL" in os.environ else unused_port()
    os.environ.update({name: value for name, value in defaults(port, data, catcher).items() if name not in os.environ})
    say("Getting ready: migrations, sample data, static files.")
    ready()
    with Leash() as leash:
        leash.start("web", *web(port), log=data / "web.log")
        wait_for_answer(port, leash, data)
        for name, command in helpers(port, data, catcher).items():
            leash.start(name, *command, log=data / f"{name}.log")
        announce(port, data, catcher)
        watch(leash, data)


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


def defaults(port, data, catcher):
    """A demonstration's settings, as far as nobody has set others: mail stays here, and comes within seconds."""
    return {
        "CONFIRMATION_GRACE_SECONDS": "10",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{catcher}",
        "FIND_EVERY_SECONDS": "5",
        "SITE_URL": f"http://localhost:{port}",
        "STATIC_ROOT": str(data / "static"),
    }


def web(port):
    return (*PYTHON, "gunicorn", "clinic.wsgi", "--bind", f"127.0.0.1:{port}", *GUNICORN)


def helpers(port, data, catcher):
    """All that nobody waits for. They start after the first page is there: two cores have enough to do before."""
    worker = ("--concurrency", "2", "--loglevel", "INFO", "--hostname", f"worker-{port}@%h")
    found = {
        "worker": (*PYTHON, "celery", "-A", "clinic", "worker", *worker, "--without-gossip", "--without-mingle"),
        "beat": (*PYTHON, "celery", "-A", "clinic", "beat", "--schedule", str(data / "beat-schedule")),
    }
    if catcher:
        found["mail"] = (*PYTHON, "clinic.mailcatcher", "--port", str(catcher), "--folder", str(data / "mail"))
    return found


def wait_for_answer(port, leash, data):
    until = time.monotonic() + PATIENCE
    while not answers(port):
        exit_if_ended(leash, data)
        if time.monotonic() > until:
            sys.exit(f"The web server has not answered for {PATIENCE} s; its log is {data / 'web.log'}.")
        time.sleep(0.1)


def answers(port):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def announce(port, data, catcher):
    say(f"Deqi is at {os.environ['SITE_URL']}")
    print_sign_ins()
    if catcher:
        say(f"E-mail goes nowhere; it is kept in {data / 'mail'}.")
    say(f"Logs are in {data}. Ctrl-C stops everything.")


def watch(leash, data):
    while True:
        exit_if_ended(leash, data)
        time.sleep(0.2)


def exit_if_ended(leash, data):
    """The clinic is all of its processes or none: a desk whose messages silently wait is worse than a shut one."""
    if ended := leash.ended():
        name, code = ended
        log = data / f"{name}.log"
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        sys.exit(f"{last}\nThe {name} process ended by itself with code {code}, so all stop; see {log}.")


if __name__ == "__main__":
    main()
