"""Two connections at one plan: one holds a lock, the other waits for it."""

import threading

import pytest
from django.db import connection, connections


def execute(sql, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else None


def elsewhere(work):
    """Run `work` on a connection of its own; returns a thread that holds what it raised."""

    def run():
        try:
            work()
        except Exception as error:
            thread.error = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.error = None
    return thread


def wait_for_a_lock():
    """Until the other connection waits for this one: the database says so, no sleeping is a guess."""
    sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    for _ in range(10_000):
        if execute(sql)[0][0]:
            return
    pytest.fail("nobody waits")
