"""Making a backup while people work."""

import errno
import os
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.backup import database, layout
from portal.backup.errors import BackupDamaged
from portal.backup.layout import Manifest
from portal.storage import files
from portal.storage.errors import StorageFull
from portal.storage.models import Blob
from portal.withdrawal import record

HEADS, VAULT = "audit-heads", "vault"
_WAIT_S = 10.0  # a signed head is written right after its event has committed


def make_backup(root: Path, *, with_keys: bool = False, keep: int = 0) -> tuple[Path, Manifest]:
    """Add a snapshot to the backup at ``root``; bytes that it holds already are not copied again.
    ``keep`` removes older snapshots beyond that number, and the bytes that none needs any more.
    Nothing half-written stays of one that fails. Raises StorageFull."""
    now = timezone.now()
    name = now.strftime("%Y%m%dT%H%M%S%fZ")
    draft = root / "snapshots" / f".{name}.part"
    try:
        draft.mkdir(parents=True)
        manifest = _write(root, draft, with_keys)
        manifest.made_at = now.isoformat()
        layout.write_manifest(draft, manifest)
        target = draft.with_name(name)
        draft.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("The disk of the backup is full. Nothing was left half.") from error
        raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if keep:
        prune(root, keep)
    return target, manifest


def _write(root: Path, draft: Path, with_keys: bool) -> Manifest:
    manifest = Manifest(
        made_at="",
        version=settings.ACCORD_VERSION,
        vendor=connection.vendor,
        migrations=database.applied_migrations(),
        key_marks=layout.key_marks(),
    )
    # the database first: bytes are there before the row that names them
    with (draft / layout.OBJECTS_LIST).open("w") as listed:
        for sha256, size in database.dump(draft):
            listed.write(f"{sha256} {size}\n")
    for sha256, size in layout.objects_of(draft):
        manifest.objects += 1
        manifest.bytes += size
        _copy_object(root, sha256, size)
    _copy_heads(draft)
    record.complete()  # after the bytes: what was withdrawn meanwhile is on the list
    if record.path().is_file():
        shutil.copyfile(record.path(), draft / record.NAME)
    _copy_vault(draft / VAULT)
    if with_keys:
        _copy_keys(draft / "keys")
    return manifest


def _copy_object(root: Path, sha256: str, size: int) -> None:
    target = layout.object_path(root, sha256)
    if target.is_file() and target.stat().st_size == size:
        return
    try:
        layout.copy_whole(files.path_of(sha256), target, sha256)
    except FileNotFoundError as error:
        if Blob.objects.filter(pk=sha256).exists():
            raise BackupDamaged(
                f"The bytes {sha256} are missing from storage. Run check_integrity."
            ) from error
        # withdrawn since the database was copied: a restore takes the subject out again


def _copy_heads(draft: Path) -> None:
    """Signed heads up to the events that the copy of the database holds, and no later ones: those
    would look like lost events."""
    (draft / HEADS).mkdir()
    for scope, last in database.heads_in(draft).items():
        path = Path(settings.ACCORD_DATA_DIR) / HEADS / f"{scope.replace(':', '-')}.log"
        lines = _heads_until(path, last)
        if lines:
            (draft / HEADS / path.name).write_text("".join(lines))


def _heads_until(path: Path, last: int) -> list[str]:
    deadline = time.monotonic() + _WAIT_S
    while True:
        lines = path.read_text().splitlines(keepends=True) if path.is_file() else []
        numbers = [int(line.split()[0]) for line in lines if line[:1].isdigit()]
        if not path.is_file() or last in numbers or time.monotonic() > deadline:
            return [
                line for line in lines if not line[:1].isdigit() or int(line.split()[0]) <= last
            ]
        time.sleep(0.05)


def _copy_vault(folder: Path) -> None:
    """Files in quarantine, sealed as they are."""
    source = Path(settings.ACCORD_VAULT_DIR) / "quarantine"
    for path in source.glob("*") if source.is_dir() else ():
        try:
            layout.copy_whole(path, folder / "quarantine" / path.name)
        except FileNotFoundError:
            continue  # let go meanwhile


def _copy_keys(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in layout.KEYS:
        value = settings.SECRET_KEY if name == "secret_key" else _setting(name)
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(value)


def _setting(name: str) -> str:
    return str(getattr(settings, f"ACCORD_{name.upper()}"))


def prune(root: Path, keep: int) -> int:
    """Remove snapshots but the newest ``keep``, and bytes that none of these names; returns how
    many objects went."""
    kept = layout.snapshots(root)[-keep:]
    for snapshot in layout.snapshots(root)[:-keep]:
        shutil.rmtree(snapshot)
    needed = {sha256 for snapshot in kept for sha256, _ in layout.objects_of(snapshot)}
    gone = 0
    for path in (root / "objects").glob("*/*/*"):
        if path.name not in needed:
            os.unlink(path)
            gone += 1
    return gone
