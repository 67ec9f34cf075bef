"""Databases of PostgreSQL that a live installation has to itself, where the tests run in team mode."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


def team_mode() -> bool:
    return os.environ.get("ACCORD_TEST_MODE") == "team"


@contextmanager
def scratch_database(prefix: str = "accord_live") -> Iterator[str]:
    """The URL of a new database on the server of ``DATABASE_URL``; dropped at the end."""
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    name = f"{prefix}_{os.getpid()}_{secrets.token_hex(3)}"
    _administer(server, f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        _administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(server: str, sql: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload]
