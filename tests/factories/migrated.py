"""Databases with every table in place, for installations that only tests start.

Migrating takes most of a minute of a busy core, and dozens of tests start an installation of their
own. The start command migrates once; after that they begin as copies of what it left. What the
command itself does is tested where it is the point (``test_start_commands``, the browser's portal).
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import django
import psycopg
from django.db import connection

from tests.factories.team import administer, server

ROOT = Path(__file__).resolve().parents[2]
START = str(ROOT / "scripts" / "start.sh")
KEPT = ROOT / "build" / "migrated"
DATABASE = "accord.sqlite3"
OUTER = ("ACCORD_", "DATABASE_URL", "REDIS_URL", "CELERY_", "STORAGE_URL", "DJANGO_")


def lay_tables(folder: Path, database: str | None) -> None:
    """What ``start.sh migrate`` leaves: in the data folder, or in a new database of that name."""
    with _alone():
        if database is None:
            shutil.copyfile(_migrated_file(), folder / DATABASE)
        else:
            administer(f"CREATE DATABASE {database} TEMPLATE {_migrated_database()}")


@contextmanager
def laid_for_pytest() -> Iterator[None]:
    """The same for the database that pytest-django is about to make and to migrate: it finds that
    there is nothing left to do."""
    with _alone():
        if connection.vendor == "sqlite":
            source = sqlite3.connect(_migrated_file())
            # in memory, so it lasts while somebody holds it open
            target = sqlite3.connect(connection.creation._get_test_db_name(), uri=True)
            with closing(source):
                source.backup(target)
        else:
            target = None
            connection.settings_dict["TEST"]["TEMPLATE"] = _migrated_database()
    yield
    if target is not None:
        target.close()


def forget_database() -> None:
    """Leave the server as it was found; the file stays for the next run."""
    with _alone():
        administer(f"DROP DATABASE IF EXISTS {_name()} WITH (FORCE)")


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, of all that test this checkout."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrated_file() -> Path:
    kept = KEPT / f"{_digest()}.sqlite3"
    if not kept.exists():
        for older in KEPT.glob("*.sqlite3"):
            older.unlink()
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            _migrate(Path(folder))
            (Path(folder) / DATABASE).rename(kept)
    return kept


def _migrated_database() -> str:
    with psycopg.connect(f"{server()}/postgres") as connection:
        asked = "SELECT 1 FROM pg_database WHERE datname = %s"
        known = connection.execute(asked, [_name()]).fetchone()
    if known is None:
        unfinished = f"{_name()}_new"
        administer(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
        administer(f"CREATE DATABASE {unfinished}")
        with tempfile.TemporaryDirectory() as folder:
            _migrate(Path(folder), DATABASE_URL=f"{server()}/{unfinished}")
        administer(f"ALTER DATABASE {unfinished} RENAME TO {_name()}")
    return _name()


def _migrate(folder: Path, **variables: str) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith(OUTER)}
    env |= {"ACCORD_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([START, "migrate"], env=env | variables, check=True, capture_output=True)


def _name() -> str:
    """Another checkout on the same server has its own, since the lock is each checkout's too."""
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
    return f"accord_migrated_{checkout}_{_digest()}"


def _digest() -> str:
    """Of all that decides what the tables are."""
    found = hashlib.sha256(django.__version__.encode())
    for path in sorted((ROOT / "portal").glob("*/migrations/*.py")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]
