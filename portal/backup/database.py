"""The database as a file of one moment, and back, without tools from outside.

SQLite has its own online copy. From PostgreSQL every table is copied inside one REPEATABLE READ
transaction; coming back, the tables are made by the migrations that the backup names, filled, and
migrated on from there.
"""

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

SQLITE, TABLES = "database.sqlite3", "tables"
_OWN = "django_migrations"  # written by the migrations themselves


def applied_migrations() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def dump(folder: Path) -> Iterator[tuple[str, int]]:
    """Write the database into ``folder``; yields (hash, size) of the bytes that it names."""
    if connection.vendor == "sqlite":
        yield from _dump_sqlite(folder)
    else:
        yield from _dump_postgres(folder)


def heads_in(folder: Path) -> dict[str, int]:
    """Scope -> number of the last audit event inside a dump."""
    if (folder / SQLITE).is_file():
        with sqlite3.connect(folder / SQLITE) as copy:
            return dict(copy.execute("SELECT scope, last_seq FROM audit_auditchain"))
    rows = {}
    with gzip.open(folder / TABLES / "audit_auditchain.gz", "rt") as lines:
        names = next(lines).strip().split(",")
        for line in lines:
            row = dict(zip(names, line.rstrip("\n").split("\t"), strict=True))
            rows[row["scope"]] = int(row["last_seq"])
    return rows


def _dump_sqlite(folder: Path) -> Iterator[tuple[str, int]]:
    connection.ensure_connection()
    target = sqlite3.connect(folder / SQLITE)
    try:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        yield from target.execute("SELECT sha256, size FROM storage_blob ORDER BY sha256")
    finally:
        target.close()


def _dump_postgres(folder: Path) -> Iterator[tuple[str, int]]:
    (folder / TABLES).mkdir()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table, columns in _tables().items():
            names = ",".join(columns)
            quoted = ",".join(map(connection.ops.quote_name, columns))
            with gzip.open(folder / TABLES / f"{table}.gz", "wb", compresslevel=4) as out:
                out.write(names.encode() + b"\n")
                statement = f'COPY (SELECT {quoted} FROM "{table}") TO STDOUT'  # noqa: S608
                with cursor.copy(statement) as copy:
                    for piece in copy:
                        out.write(bytes(piece))
        cursor.execute("SELECT sha256, size FROM storage_blob ORDER BY sha256")
        yield from cursor.fetchall()


def _tables() -> dict[str, list[str]]:
    """Every table of the applications with its columns, as they are in the database."""
    found = {}
    names = set(connection.introspection.table_names()) - {_OWN}
    with connection.cursor() as cursor:
        for table in sorted(names):
            columns = connection.introspection.get_table_description(cursor, table)
            found[table] = [column.name for column in columns]
    return found


def is_empty() -> bool:
    """Nobody signed up and nothing was made; also where there are no tables yet."""
    tables = set(connection.introspection.table_names())
    for label in ("accounts.User", "projects.Project", "storage.Blob"):
        model: Any = apps.get_model(label)
        if model._meta.db_table in tables and model._base_manager.exists():
            return False
    return True


def load(folder: Path, migrations: dict[str, list[str]]) -> None:
    """Put a dump in the place of the database, then bring it to this version."""
    if connection.vendor == "sqlite":
        _load_sqlite(folder)
    else:
        _load_postgres(folder, migrations)
    call_command("migrate", verbosity=0, interactive=False)


def _load_sqlite(folder: Path) -> None:
    connection.ensure_connection()
    source = sqlite3.connect(f"file:{folder / SQLITE}?mode=ro", uri=True)
    try:
        # page by page into the open database: one transaction, all or nothing
        source.backup(connection.connection)
    finally:
        source.close()
    connection.close()


def _load_postgres(folder: Path, migrations: dict[str, list[str]]) -> None:
    for app, names in migrations.items():
        call_command("migrate", app, names[-1], verbosity=0, interactive=False)
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        # foreign keys are checked at the end of the transaction, so the order doesn't matter
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        listed = ",".join(map(connection.ops.quote_name, tables))
        cursor.execute(f"TRUNCATE {listed}")
        for table in tables:
            path = folder / TABLES / f"{table}.gz"
            if path.is_file():
                _fill(cursor, table, path)
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def _fill(cursor: Any, table: str, path: Path) -> None:
    with gzip.open(path, "rb") as source:
        names = source.readline().decode().strip().split(",")
        quoted = ",".join(map(connection.ops.quote_name, names))
        with cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
            shutil.copyfileobj(source, _Into(copy))


class _Into:
    """psycopg's COPY as something that is written to."""

    def __init__(self, copy: Any) -> None:
        self.write = copy.write
