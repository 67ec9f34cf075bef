"""Withdrawals written down apart from the database, without identity.

An older backup holds subjects that were withdrawn since. ``restore`` reads this file and takes
them out again before anybody can look. One line per withdrawal, never changed, only added.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from portal.cases.models import WithdrawnSubject

NAME = "withdrawals.jsonl"


@dataclass(frozen=True)
class Line:
    """``patient_key`` is keyed by the installation and by the project: it names nobody."""

    withdrawal: str
    project: str
    patient_key: str
    at: str


def path() -> Path:
    return Path(settings.ACCORD_DATA_DIR) / NAME


def read(where: Path | None = None) -> list[Line]:
    """The lines of a file; of none where there is no file. A line cut by a crash is left out: the
    database knows that withdrawal, and it is written anew."""
    where = where or path()
    if not where.is_file():
        return []
    found = []
    for text in where.read_text().splitlines():
        try:
            found.append(Line(**json.loads(text)))
        except (ValueError, TypeError):
            continue
    return found


def in_database() -> list[Line]:
    rows = WithdrawnSubject.objects.order_by("created_at", "pk")
    return [
        Line(str(row.pk), str(row.project_id), row.patient_key, row.created_at.isoformat())
        for row in rows
    ]


def complete(more: Iterable[Line] = ()) -> int:
    """Add what the database (or ``more``) knows and the file doesn't; returns how many lines."""
    known = {line.withdrawal for line in read()}
    missing = {
        line.withdrawal: line for line in [*in_database(), *more] if line.withdrawal not in known
    }
    if missing:
        # a line that a crash cut has no end: the next one starts on a line of its own
        cut = path().is_file() and not path().read_bytes().endswith(b"\n")
        text = "".join(json.dumps(asdict(line)) + "\n" for line in missing.values())
        _append(("\n" if cut else "") + text)
    return len(missing)


def _append(text: str) -> None:
    descriptor = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
