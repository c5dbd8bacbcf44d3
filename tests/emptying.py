"""A test that commits leaves the database as it found it, and nobody who uses it meanwhile is ever in its way.

Django's flush truncates every table and has `post_migrate` write permissions, roles, points and rules anew: half a
second a test. It also waits for one lock after the other with those it has in its hand, so that whoever of the running
application reads two tables in the other order deadlocks with it. Here rows are deleted, from the tables that have
changed and no others, what every clinic begins with is put back from copies, and the locks are taken all at once or
not at all.
"""

from time import monotonic

import pgtrigger
from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

COPIES = "as_found"  # the schema that keeps the rows with which every test begins
PATIENCE = 60  # seconds for which somebody may go on writing


class AsFound:
    """What a database holds before the first test, and the way back to it."""

    def __init__(self):
        self.tables = [quote(table) for table in sorted(connection.introspection.table_names())]
        self.state = self.look()
        self.kept = {table for table, (count, _) in self.state.items() if count}
        run(f"CREATE SCHEMA {COPIES}", *(f"CREATE TABLE {COPIES}.{table} AS TABLE {table}" for table in self.kept))

    def look(self):
        """{table: (rows, the newest transaction that wrote one)}; the same pair is the same content."""
        each = (f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM {table}" for table in self.tables)
        return {table: (count, newest) for table, count, newest in ask(" UNION ALL ".join(each))}

    def restore(self):
        until = monotonic() + PATIENCE
        while not self.restored():
            if monotonic() > until:
                raise TimeoutError(f"Somebody goes on writing: {ask('TABLE pg_stat_activity')}")

    def restored(self):
        """False if somebody writes just now: who waits for nobody while holding a lock is part of no deadlock."""
        try:
            with transaction.atomic():
                run(f"LOCK TABLE {', '.join(self.tables)} IN EXCLUSIVE MODE NOWAIT")
                self.put_back()
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                return False
            raise
        return True

    def put_back(self):
        now = self.look()
        changed = [table for table in self.tables if now[table] != self.state[table]]
        with pgtrigger.ignore():  # those that keep signed records, and those that write history
            run(*(f"DELETE FROM {table}" for table in changed))
            run(*(f"INSERT INTO {table} TABLE {COPIES}.{table}" for table in changed if table in self.kept))
        if self.kept.intersection(changed):
            self.state = self.look()


def quote(name):
    return connection.ops.quote_name(name)


def run(*statements):
    if statements:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements))


def ask(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()
