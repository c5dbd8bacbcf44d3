"""Statements asked thousands of times, prepared once a connection: planning them takes longer than the answer."""

import psycopg
from django.db import connection

# Django sets None, and then `prepare` is not listened to. By so many uses no other statement is ever prepared.
ONLY_WHEN_TOLD = 1_000_000_000


def ask(statement, values):
    """The first row of the answer, or None. `values` fill in the statement's %(names)s."""
    connection.ensure_connection()
    connection.connection.prepare_threshold = ONLY_WHEN_TOLD
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=True)
        return cursor.fetchone() if cursor.description else None
