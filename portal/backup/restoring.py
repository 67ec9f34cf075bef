"""Bringing an installation back, without those who were withdrawn since."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.audit.verify import all_scopes, heads_folder, verify_chain
from portal.backup import database, layout
from portal.backup.errors import BackupDamaged, NotABackup, NotEmpty, OtherDatabase
from portal.backup.layout import Manifest
from portal.backup.making import HEADS, VAULT
from portal.cases.models import Subject, WithdrawnSubject
from portal.storage import files
from portal.storage.integrity import check_integrity
from portal.storage.models import Blob
from portal.withdrawal import record
from portal.withdrawal.record import Line
from portal.withdrawal.services.withdrawing import withdraw

REASON = "Withdrawn before this backup was restored"


@dataclass
class Restored:
    """What came of a restore; ``problems`` are sentences."""

    snapshot: str
    objects: int
    dry_run: bool
    keys_differ: list[str] = field(default_factory=list)
    withdrawn_again: int = 0
    problems: list[str] = field(default_factory=list)


def find_snapshot(source: Path, name: str = "") -> tuple[Path, Path]:
    """(root of the backup, snapshot): the folder may be either; the newest unless one is named."""
    if (source / layout.MANIFEST).is_file():
        return source.parent.parent, source
    found = layout.snapshots(source)
    chosen = [s for s in found if name in ("", s.name)]
    if not chosen:
        raise NotABackup()
    return source, chosen[-1]


def restore(
    source: Path,
    *,
    snapshot: str = "",
    withdrawals: Iterable[Path] = (),
    replace: bool = False,
    dry_run: bool = False,
) -> Restored:
    """Verify the backup, put it in place, take out again who was withdrawn since, and check it."""
    root, chosen = find_snapshot(source, snapshot)
    manifest = layout.read_manifest(chosen)
    if manifest.vendor != connection.vendor:
        raise OtherDatabase()
    if not replace and not database.is_empty():
        raise NotEmpty()
    _verify_objects(root, chosen)
    result = Restored(chosen.name, manifest.objects, dry_run, _other_keys(manifest, chosen))
    lines = _withdrawn_since(chosen, withdrawals)
    if dry_run:
        return result
    for sha256, _ in layout.objects_of(chosen):
        held = layout.object_path(root, sha256)
        if held.is_file() and not files.path_of(sha256).is_file():
            layout.copy_whole(held, files.path_of(sha256), sha256)
    aside = _set_aside()
    _put_heads(chosen)
    _put_keys(chosen)
    if (chosen / VAULT).is_dir():
        shutil.copytree(chosen / VAULT, settings.ACCORD_VAULT_DIR, dirs_exist_ok=True)
    database.load(chosen, manifest.migrations)
    result.withdrawn_again = _withdraw_again(lines)
    record.complete(lines)
    _set_bytes_aside(aside)
    _check(result)
    return result


def _verify_objects(root: Path, snapshot: Path) -> None:
    """All bytes are there and unchanged, but those that were withdrawn while it was made: these
    have no file, and their subject is on the list of the snapshot."""
    for sha256, size in layout.objects_of(snapshot):
        path = layout.object_path(root, sha256)
        if not path.is_file():
            if not (snapshot / record.NAME).is_file():
                raise BackupDamaged(f"The bytes {sha256} are missing from the backup.")
        elif path.stat().st_size != size or layout.digest_of(path) != sha256:
            raise BackupDamaged(f"The bytes {sha256} were changed in the backup.")


def _other_keys(manifest: Manifest, snapshot: Path) -> list[str]:
    if (snapshot / "keys").is_dir():
        return []
    mine = layout.key_marks()
    return [name for name, mark in manifest.key_marks.items() if mine.get(name) != mark]


def _withdrawn_since(snapshot: Path, more: Iterable[Path]) -> list[Line]:
    """From the backup, from this installation as it stands, and from files that are named."""
    found = [*record.read(snapshot / record.NAME), *record.read()]
    if WithdrawnSubject._meta.db_table in connection.introspection.table_names():
        found += record.in_database()
    for path in more:
        found += record.read(path)
    return list({line.withdrawal: line for line in found}.values())


def _set_aside() -> Path:
    """What is here is kept beside: heads prove which events came after the backup. Bytes stay where
    they are until the backup's own database says which of them it needs."""
    stamp = timezone.now().strftime("%Y%m%dT%H%M%SZ")
    aside = Path(settings.ACCORD_DATA_DIR) / f"before-restore-{stamp}"
    if not database.is_empty():
        aside.mkdir(parents=True)
        with (aside / layout.OBJECTS_LIST).open("w") as listed:
            for sha256, size in database.dump(aside):
                listed.write(f"{sha256} {size}\n")
    if heads_folder().is_dir() and any(heads_folder().iterdir()):
        aside.mkdir(parents=True, exist_ok=True)
        heads_folder().rename(aside / HEADS)
    return aside


def _set_bytes_aside(aside: Path) -> None:
    """Bytes that the replaced database alone names: a repair would remove them as orphans."""
    if not (aside / layout.OBJECTS_LIST).is_file():
        return
    for sha256, _ in layout.objects_of(aside):
        held = files.path_of(sha256)
        if held.is_file() and not Blob.objects.filter(pk=sha256).exists():
            target = layout.object_path(aside, sha256)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(held, target)


def _put_heads(snapshot: Path) -> None:
    if (snapshot / HEADS).is_dir():
        shutil.copytree(snapshot / HEADS, heads_folder(), dirs_exist_ok=True)


def _put_keys(snapshot: Path) -> None:
    """Keys that the backup holds; used at once, and by every process that starts from now on."""
    folder = Path(settings.ACCORD_DATA_DIR) / "keys"
    for path in (snapshot / "keys").glob("*"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / path.name
        target.touch(mode=0o600)
        target.write_text(path.read_text())
        name = "SECRET_KEY" if path.name == "secret_key" else f"ACCORD_{path.name.upper()}"
        setattr(settings, name, path.read_text())


def _withdraw_again(lines: list[Line]) -> int:
    done = 0
    for line in lines:
        rows: Any = Subject.objects.filter(
            project_id=line.project, patient_key=line.patient_key, withdrawal__isnull=True
        )
        for subject in rows:
            withdraw(by=None, subject_id=subject.pk, reason=REASON)
            done += 1
    return done


def _check(result: Restored) -> None:
    report = check_integrity(repair=True)
    result.problems += [f"{n} {code}" for code, n in report.by_code().items()]
    for scope in all_scopes():
        chain = verify_chain(scope)
        codes = sorted({p.code for p in chain.problems})
        if codes:
            result.problems.append(f"audit {scope}: {', '.join(codes)}")
