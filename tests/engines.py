"""The ground of the test session, laid before the settings are read: pytest loads this by `-p` in pyproject.toml.

Real engines in a folder of their own, a database of this run's own, the environment of a clinic that does not exist.
"""

import atexit
import gc
import os
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from clinic import embedded
from tests import migrated

BUILD = Path(__file__).resolve().parent.parent / "build"
# Only a test may truncate signed records: Django empties tables that way.
TESTS_ONLY = f"options={quote('-c deqi.allow_truncate=on', safe='')}"
ENVIRONMENT = {
    "CONFIRMATION_GRACE_SECONDS": "120",
    "DEBUG": "False",
    "DEFAULT_FROM_EMAIL": "Riverside Clinic <clinic@example.com>",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "SECRET_KEY": "a key for tests, known to everybody",
    "SITE_URL": "http://localhost:8000",
    "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "STATIC_ROOT": str(BUILD / "test-static"),
    "TEST_DATABASE_NAME": f"test_deqi_{os.getpid()}",
    "TIME_ZONE": "America/New_York",
}


def prepare():
    """Once a run: the workers of xdist inherit the environment, and what they inherit they leave alone."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    os.environ.update(ENVIRONMENT)
    Path(ENVIRONMENT["STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
    if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
        hold_engines()
    os.environ["TEST_DATABASE_TEMPLATE"] = migrated.database()
    os.environ["DATABASE_URL"] += ("&" if "?" in os.environ["DATABASE_URL"] else "?") + TESTS_ONLY


def hold_engines():
    """Disk safety is switched off: this data lives for minutes."""
    os.environ.setdefault("DATA_DIR", str(BUILD / "test-data"))
    os.environ.setdefault("EMBEDDED_FSYNC", "off")
    stack = ExitStack()
    stack.enter_context(embedded.use())
    atexit.register(stack.close)
    drop_forgotten_databases()


def drop_forgotten_databases():
    """A killed run leaves its databases behind. Their names carry its process number; does that still run?"""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_deqi\\_%'")
        for (name,) in rows.fetchall():
            if not alive(int(name.split("_")[2])):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


gc.set_threshold(200_000, 20, 100)  # what a test leaves behind is small: looking for circles took a tenth of all
if "PYTEST_XDIST_WORKER" not in os.environ:
    prepare()
# what one worker's tests remember is not the others' business
os.environ["CACHE_PREFIX"] = f"deqi-{os.getpid()}"
