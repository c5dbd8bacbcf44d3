"""A migrated database, of which every test database is a copy: migrating takes 18 seconds, a copy half a second.

It is named for what it was made from, so that it is made anew, from nothing, when a migration has changed.
"""

import hashlib
import os

import psycopg
from psycopg import sql

from tests import processes

MADE_FROM = ("*/migrations/*.py", "sessions/data/*.csv", "clinic/roles.py", "requirements.lock")
FAMILY = "deqi_migrated_"
ONE_AT_A_TIME = 0x5EED  # the advisory lock of whoever looks for it


def database():
    """Its name, once it is there."""
    name = f"{FAMILY}{digest()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [FAMILY])
        found = {row[0] for row in rows}
        if name not in found:
            drop(connection, found)
            make(connection, name)
    return name


def digest():
    seen = hashlib.sha256()
    for pattern in MADE_FROM:
        for file in sorted(processes.ROOT.glob(pattern)):
            seen.update(file.name.encode() + file.read_bytes())
    return seen.hexdigest()[:12]


def drop(connection, names):
    for name in names:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def make(connection, name):
    """Under another name, and renamed when whole: a run that is killed half-way leaves nothing that looks migrated."""
    draft = f"{FAMILY}draft"
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    env = {**os.environ, "DATABASE_URL": processes.database_url(draft)}
    processes.manage("migrate", "--verbosity", "0", env=env)
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))
