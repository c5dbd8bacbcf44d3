"""Many processes, one pair of servers. Who is in is not counted: it is who holds a lock; the kernel forgets the dead.

`door.lock`   held alone while the servers are started or stopped
`users.lock`  held together by everybody who uses them
`guard.lock`  held by the guard, a small process that outlives its users and stops the servers when the last was killed
"""

import fcntl
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from . import postgres, valkey
from .places import EmbeddedError, Place


def enter(place):
    """Start what does not run. Returns the open lock file: as long as it is open, nobody stops the servers."""
    place.prepare()
    try:
        with door(place):
            users = open(place.data / "users.lock", "a")  # noqa: SIM115  stays open as long as its user
            fcntl.flock(users, fcntl.LOCK_SH)
            start(place, users)
    except OSError as error:
        raise EmbeddedError(f"The data folder {place.data} cannot be used: {error}.") from error
    return users


def start(place, users):
    try:
        post_guard(place)
        valkey.start(place)
        postgres.start(place)
    except BaseException:
        stop_if_last(place, users)
        raise


def leave(place, users):
    with door(place):
        stop_if_last(place, users)


def stop_if_last(place, users):
    """Stop both servers unless somebody else holds the lock; tell whether. The door must be held.

    The guard may hold it for a moment just to look, hence more than one try.
    """
    with users:
        for _ in range(5):
            if taken(users):
                postgres.stop(place)
                valkey.stop(place)
                return True
            time.sleep(0.01)
    return False


@contextmanager
def door(place):
    with open(place.data / "door.lock", "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def taken(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def post_guard(place):
    """One guard a data folder. It is handed the lock already taken, so there is never a moment with two or none."""
    with open(place.data / "guard.lock", "a") as post:
        if not taken(post):
            return
        home = Path(__file__).parents[1]
        watch = "import sys; sys.path.insert(0, sys.argv[1]); from embedded.sharing import guard; guard(*sys.argv[2:])"
        subprocess.run(  # noqa: S603  our own words; the shell leaves the guard to itself at once
            [
                *("/bin/sh", "-c", '"$@" &', "sh"),
                *(sys.executable, "-P", "-c", watch, home, place.data, str(post.fileno())),
            ],
            **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL),
            pass_fds=[post.fileno()],
            start_new_session=True,
            cwd="/",
            check=True,
        )


def guard(data, post):
    """Sleep until nobody is in; stop the servers if the last one did not. The post is left before the door opens."""
    place = Place.at(data)
    while True:
        users = open(place.data / "users.lock", "a")  # noqa: SIM115  closed by stop_if_last
        fcntl.flock(users, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        with door(place):
            if stop_if_last(place, users):
                return os.close(int(post))
