"""The Valkey server of a data folder: queue and cache. It keeps an append-only file, so a restart loses no task."""

import socket
import time

from .places import EmbeddedError, run, valkey_program

PATIENCE = 10  # seconds


def start(place):
    if not answer(place):
        launch(place)
    if not within(PATIENCE, lambda: answer(place) == b"+PONG"):
        raise EmbeddedError(f"Valkey did not start; its reason is at the end of {place.home / 'valkey.log'}.")


def launch(place):
    """It detaches itself into its own session: Ctrl-C in a terminal must not reach it before the workers."""
    done = run(
        *(valkey_program(), "--daemonize", "yes", "--dir", place.queue, "--pidfile", place.queue / "valkey.pid"),
        *("--port", 0, "--unixsocket", place.valkey_socket, "--unixsocketperm", 700),
        *("--appendonly", "yes", "--save", "", "--logfile", place.home / "valkey.log"),
    )
    if done.returncode:
        raise EmbeddedError(f"Valkey did not start: {done.stdout.strip()}")


def stop(place):
    """SHUTDOWN writes the append-only file to its end. The pid file goes last, so it tells when the server has gone."""
    if answer(place):
        ask(place, b"SHUTDOWN")
        within(PATIENCE, lambda: not (place.queue / "valkey.pid").exists())


def answer(place):
    return ask(place, b"PING")


def ask(place, command):
    """One command, one line back; nothing at all when nobody listens or the server hangs up."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        try:
            line.connect(str(place.valkey_socket))
            line.sendall(command + b"\r\n")
            return line.recv(200).strip()
        except OSError:
            return b""


def within(seconds, condition):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
