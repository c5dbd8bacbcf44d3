"""Statements asked thousands of times, prepared once a connection: planning them takes longer than the answer."""

from datetime import datetime

import psycopg
from django.db import connection
from psycopg.sql import Literal

# Django sets None, and then `prepare` is not listened to. By so many uses no other statement is ever prepared.
ONLY_WHEN_TOLD = 1_000_000_000


class Prepared(psycopg.Cursor):
    """Binds values on the server; what is asked twice has been planned."""

    def execute(self, statement, values=None):
        return super().execute(statement, values, prepare=True)


def ask(statement, values):
    """The first row of the answer, or None. `values` fill in the statement's %s or %(names)s."""
    connection.ensure_connection()
    connection.connection.prepare_threshold = ONLY_WHEN_TOLD
    counted = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with counted(Prepared(connection.connection)) as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() if cursor.description else None


class Standing:
    """A query that is asked over and over, only later each time. `@Standing` over a function (what, now) of a queryset.

    Django takes ten times as long to put it together as PostgreSQL to answer it, and PostgreSQL twice as long to plan
    it, so both are done once for a `key`, which is all that it depends on but the time: every moment in it must be so
    long before or after `now`.
    """

    def __init__(self, build):
        self.build, self.built = build, (None, "", (), None)

    def ask(self, what, now, *, key):
        """The first row."""
        built = self.built  # another thread may put another one there meanwhile
        if built[0] != key:
            self.built = built = (key, *spelled_out(*self.build(what, now).query.sql_with_params()), now)
        _, statement, moments, then = built
        return ask(statement, [moment - then + now for moment in moments])


def spelled_out(statement, values):
    """The statement with all its values but the moments written into it, and the moments.

    One plan for all times is good only if PostgreSQL knows the rest when it makes it: which partial index holds what is
    asked for, it cannot tell from a value that is still to come.
    """
    first, *others = statement.split("%s")
    parts, moments = [first], []
    for value, part in zip(values, others, strict=True):
        if isinstance(value, datetime):
            moments.append(value)
            parts.append("%s")
        else:
            parts.append(Literal(value).as_string().replace("%", "%%"))
        parts.append(part)
    return "".join(parts), moments
