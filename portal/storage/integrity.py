"""Whether what the database says and what lies in storage are the same, both ways.

Works through storage by the first two digits of the hashes, so that memory stays flat however
many files there are. Apps above register checks of what their rows say about bytes.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from portal.storage import files
from portal.storage.models import Blob
from portal.storage.references import references_between
from portal.storage.services import release, remove_unless_known

STALE_S = 3600.0  # younger drafts, files and rows may belong to an import that goes on


@dataclass(frozen=True)
class Finding:
    """One thing wrong. ``what`` is a hash, a file's name or a row's opaque id."""

    code: str
    what: str
    message: str
    repairable: bool = False


Check = Callable[[], Iterable[Finding]]
_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Call once, from ``AppConfig.ready``; the check yields what is wrong, and loads little."""
    _checks[name] = check


@dataclass
class Report:
    """What was looked at and found. ``ok`` once nothing is left that isn't repaired."""

    files: int = 0
    bytes: int = 0
    findings: list[Finding] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def by_code(self) -> dict[str, int]:
        return dict(sorted(Counter(f.code for f in self.findings).items()))


def check_integrity(
    *, hashes: bool = True, repair: bool = False, stale_s: float = STALE_S
) -> Report:
    """Compare rows, files and what the apps register. ``hashes`` reads every file again; ``repair``
    removes orphans, stale drafts and rows that nothing refers to, and mends counts. What is younger
    than ``stale_s`` seconds is left alone: an import may be about to name it."""
    report = Report()
    for finding in _all(report, hashes, stale_s):
        if repair and finding.repairable and _repair(finding):
            report.repaired.append(finding)
        else:
            report.findings.append(finding)
    return report


def _all(report: Report, hashes: bool, stale_s: float) -> Iterator[Finding]:
    for number in range(256):
        yield from _check_prefix(f"{number:02x}", report, hashes, stale_s)
    yield from _strangers()
    yield from _drafts(stale_s)
    yield from _rows_pointing_nowhere()
    for check in _checks.values():
        yield from check()


def _check_prefix(prefix: str, report: Report, hashes: bool, stale_s: float) -> Iterator[Finding]:
    # rows before files: a file that is written in between has no row here, and is young
    first, last = prefix, prefix + "g"
    rows = {b.pk: b for b in Blob.objects.filter(pk__gte=first, pk__lt=last)}
    counts = references_between(first, last)
    on_disk = dict(_files_under(files.root() / prefix))
    for sha256, blob in rows.items():
        report.files += 1
        report.bytes += blob.size
        path = on_disk.pop(sha256, None)
        if path is None or not path.is_file():
            if Blob.objects.filter(pk=sha256).exists():
                yield Finding("missing", sha256, "A row names these bytes and they are gone.")
            continue
        if path.stat().st_size != blob.size or (hashes and _digest(path) != sha256):
            yield Finding("altered", sha256, "The bytes are not those that were stored.")
        yield from _wrong_count(blob, counts[sha256], stale_s)
    for name, path in on_disk.items():
        if _is_old(path, stale_s) and not Blob.objects.filter(pk=name).exists():
            yield Finding("orphaned", name, "No row names these bytes.", repairable=True)


def _wrong_count(blob: Blob, count: int, stale_s: float) -> Iterator[Finding]:
    if not count:
        if (timezone.now() - blob.created_at).total_seconds() > stale_s:
            yield Finding("unreferenced", blob.pk, "Nothing refers to these bytes.", True)
    elif count != blob.reference_count:
        yield Finding(
            "wrong_count",
            blob.pk,
            f"{count} rows refer to these bytes; the count says {blob.reference_count}.",
            repairable=True,
        )


def _files_under(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        return
    for inner in folder.iterdir():
        if inner.is_dir():
            yield from ((path.name, path) for path in inner.iterdir())


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _is_old(path: Path, stale_s: float) -> bool:
    try:
        # a file moved into place keeps the time it was written at, its inode's change does not
        return time.time() - path.stat().st_ctime > stale_s
    except FileNotFoundError:
        return False


def _drafts(stale_s: float) -> Iterator[Finding]:
    folder = files.root() / "drafts"
    for path in folder.iterdir() if folder.is_dir() else ():
        if _is_old(path, stale_s):
            yield Finding("stale_draft", path.name, "A draft of an upload that never ended.", True)


def _strangers() -> Iterator[Finding]:
    """What lies in storage and is no part of it; never removed by itself."""
    folder = files.root()
    for path in folder.iterdir() if folder.is_dir() else ():
        known = path.name == "drafts" or (len(path.name) == 2 and path.is_dir())
        if not known:
            yield Finding("stranger", path.name, "This is no part of the storage. Look at it.")


def _rows_pointing_nowhere() -> Iterator[Finding]:
    """PostgreSQL keeps foreign keys by itself; SQLite can be told to look."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        broken = Counter((row[0], row[2]) for row in cursor.fetchall())
    for (table, parent), n in broken.items():
        yield Finding("row_points_nowhere", table, f"{n} rows name a {parent} that isn't there.")


def _repair(finding: Finding) -> bool:
    if finding.code == "orphaned":
        return remove_unless_known(finding.what)
    if finding.code in ("unreferenced", "wrong_count"):
        with transaction.atomic():
            release([finding.what])
        return True
    if finding.code == "stale_draft":
        (files.root() / "drafts" / finding.what).unlink(missing_ok=True)
        return True
    return False
