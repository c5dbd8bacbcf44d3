"""Statements asked thousands of times, prepared once a connection: planning them takes longer than the answer."""

import psycopg
from django.db import connection


def ask(statement, values):
    """The first row of the answer, or None. `values` fill in the statement's %(names)s."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=True)
        return cursor.fetchone() if cursor.description else None
