"""What has to be true before the first page is served. Every step costs nothing when it has been done before."""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections


def ready():
    """Migrate, load the sample clinic into an empty database, collect static files; all in this process, for speed."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if os.environ.get("SAMPLE_DATA") != "no":
        call_command("sampledata", if_empty=True)
    collect_static()
    connections.close_all()


def collect_static():
    """Hashing and compressing takes seconds, so it is left out while no source file has changed."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)


def fingerprint():
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            found = Path(storage.path(name)).stat()
            seen.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def print_sign_ins():
    call_command("sampledata", sign_ins=True)
    connections.close_all()
