"""Databases of PostgreSQL that a live installation has to itself, where the tests run in team mode."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg


def team_mode() -> bool:
    return os.environ.get("ACCORD_TEST_MODE") == "team"


def server() -> str:
    """``DATABASE_URL`` without the name of its database."""
    return os.environ["DATABASE_URL"].rsplit("/", 1)[0]


def administer(sql: str) -> None:
    with psycopg.connect(f"{server()}/postgres", autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload]


def empty_database(name: str) -> None:
    administer(f"CREATE DATABASE {name}")


@contextmanager
def scratch_database(create: Callable[[str], None] = empty_database) -> Iterator[str]:
    """The URL of a new database on the server of ``DATABASE_URL``; dropped at the end."""
    name = f"accord_live_{os.getpid()}_{secrets.token_hex(3)}"
    create(name)
    try:
        yield f"{server()}/{name}"
    finally:
        administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
