"""Where PostgreSQL and Valkey come from: the environment, `.env`, or else the embedded ones."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

import environ

URLS = {"DATABASE_URL", "REDIS_URL"}


@contextmanager
def engines():
    """Addresses in the environment for as long as the block runs; a refusal is one sentence and exit code 1.

    The embedded package is imported only when it is needed: its wheels are an extra that a deployment goes without.
    """
    read_env_file()
    if os.environ.keys() >= URLS:
        yield
        return
    from clinic import embedded

    try:
        with embedded.use():
            yield
    except embedded.EmbeddedError as refusal:
        sys.exit(str(refusal))


def read_env_file():
    """The same file in the same way as settings.py, only earlier: what is set already wins."""
    file = Path(__file__).resolve().parent.parent / ".env"
    if file.exists():
        environ.Env.read_env(file)
