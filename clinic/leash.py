"""Children that never outlive the process that started them, not even when it is killed with SIGKILL.

Each child leads a session of its own, so Ctrl-C in the terminal reaches only the supervisor, which ends them in order.
If the supervisor vanishes instead, a shell that hears a pipe close ends the children.
"""

import contextlib
import os
import signal
import subprocess
import time

GRACE = 8  # seconds between asking and killing
WATCH = """
while read -r pid; do groups="$groups -$pid"; done
tell() { found=; for group in $groups; do kill -s "$1" -- "$group" 2>/dev/null && found=yes; done; [ "$found" ]; }
tell TERM && for second in $(seq "$GRACE"); do sleep 1; tell 0 || exit 0; done && tell KILL
"""


class Leash:
    """`start` children, ask which have `ended`, and `end` them all. Use it as a context manager."""

    def __init__(self):
        self.children = {}

    def __enter__(self):
        self.watch = subprocess.Popen(  # noqa: S603  the script above
            ["/bin/sh", "-c", f"GRACE={GRACE}; {WATCH}"], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        return self

    def __exit__(self, *exception):
        self.end()
        self.watch.kill()
        self.watch.communicate()

    def start(self, name, *command, log):
        """Its output goes to a file of its own; the one of the run before is kept beside it."""
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        with open(log, "wb", opener=private) as out:
            child = subprocess.Popen(  # noqa: S603  our own commands
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        self.children[name] = child
        print(child.pid, file=self.watch.stdin, flush=True)

    def ended(self):
        """The first child that is no more, as (name, exit code), or None."""
        return next(
            ((name, child.returncode) for name, child in self.children.items() if child.poll() is not None), None
        )

    def end(self):
        for child in self.children.values():
            child.terminate()
        until = time.monotonic() + GRACE
        while any(child.poll() is None for child in self.children.values()) and time.monotonic() < until:
            time.sleep(0.05)
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def private(path, flags):
    return os.open(path, flags, 0o600)
