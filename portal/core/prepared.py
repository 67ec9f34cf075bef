"""Statements that are prepared once per connection and run many thousand times.

For the few queries that stand between a request and a frame. They run on Django's own connection,
inside its transaction if there is one. On PostgreSQL they go to libpq straight: the driver's cursor
costs more than the query. Answers are text as the database writes it (``t`` and ``f`` for truth),
None for NULL.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import OperationalError, connection
from psycopg.pq import ExecStatus

Row = tuple[str | None, ...]
_names: dict[str, bytes] = {}
_PLACEHOLDER = re.compile(r"%s")


def rows(statement: str, arguments: Sequence[Any]) -> list[Row]:
    """Run a SELECT with ``%s`` placeholders; arguments are text, numbers, UUIDs or None."""
    if connection.vendor == "postgresql":
        return _rows_of_postgresql(statement, arguments)
    with connection.cursor() as cursor:
        cursor.execute(statement, [_plain(a) for a in arguments])
        return [tuple(None if v is None else str(v) for v in row) for row in cursor.fetchall()]


def _plain(argument: Any) -> Any:
    hexadecimal = getattr(argument, "hex", None)
    return hexadecimal if isinstance(hexadecimal, str) else argument


def _rows_of_postgresql(statement: str, arguments: Sequence[Any]) -> list[Row]:
    connection.ensure_connection()
    wire = connection.connection
    assert wire is not None
    # a new connection object has no statements yet
    known = wire.__dict__.setdefault("accord_statements", set())
    name = _names.setdefault(statement, b"accord_%d" % len(_names))
    if name not in known:
        made = wire.pgconn.prepare(name, _numbered(statement).encode())
        if made.status != ExecStatus.COMMAND_OK:
            raise OperationalError("A statement can't be prepared.")
        known.add(name)
    parameters = [None if a is None else str(a).encode() for a in arguments]
    found = wire.pgconn.exec_prepared(name, parameters)
    if found.status != ExecStatus.TUPLES_OK:
        # without the server's text: it may quote what was searched for
        raise OperationalError("A prepared statement failed.")
    n_columns, value = found.nfields, found.get_value
    return [
        tuple(None if (v := value(r, c)) is None else v.decode() for c in range(n_columns))
        for r in range(found.ntuples)
    ]


def _numbered(statement: str) -> str:
    count = iter(range(1, 1000))
    return _PLACEHOLDER.sub(lambda _: f"${next(count)}", statement)


def truth(text: str | None) -> bool:
    """A truth value as either database writes it."""
    return text in ("t", "1", "True")
