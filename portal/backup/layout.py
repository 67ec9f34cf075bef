"""A backup on disk, and its manifest.

``DEST/objects/ab/cd/<sha256>`` are the bytes, shared by all snapshots; ``DEST/snapshots/<time>/``
is one moment: the database, the audit's signed heads, the list of withdrawals, and a manifest that
names all of it with hashes. A snapshot is written under another name and renamed when it is whole.
"""

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.backup.errors import BackupDamaged, NotABackup

FORMAT = 1
MANIFEST, OBJECTS_LIST = "manifest.json", "objects.txt"
KEYS = ("secret_key", "worker_token", "pseudonym_key", "audit_key", "vault_key")


@dataclass
class Manifest:
    """``files``: name inside the snapshot -> SHA-256. ``key_marks`` tell whether the keys of an
    installation are those of the backup, and not what they are."""

    made_at: str
    version: str
    vendor: str
    migrations: dict[str, list[str]]
    key_marks: dict[str, str]
    objects: int = 0
    bytes: int = 0
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def key_marks() -> dict[str, str]:
    found = {}
    for name in KEYS:
        key = getattr(settings, f"ACCORD_{name.upper()}", None) or settings.SECRET_KEY
        mark = hmac.new(key.encode(), b"accord backup key mark", hashlib.sha256)
        found[name] = mark.hexdigest()[:16]
    return found


def object_path(root: Path, sha256: str) -> Path:
    return root / "objects" / sha256[:2] / sha256[2:4] / sha256


def digest_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def copy_whole(source: Path, target: Path, sha256: str = "") -> None:
    """Copy under another name, sync, rename; with ``sha256`` the copy must have that hash."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, draft)
        if sha256 and digest_of(draft) != sha256:
            raise BackupDamaged(f"An object has changed on the disk: {sha256}.")
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        manifest.files[str(path.relative_to(folder))] = digest_of(path)
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text)
    (folder / f"{MANIFEST}.sha256").write_text(hashlib.sha256(text.encode()).hexdigest())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot whose own files are all there and unchanged."""
    try:
        text = (folder / MANIFEST).read_text()
        told = (folder / f"{MANIFEST}.sha256").read_text().strip()
        data: dict[str, Any] = json.loads(text)
        manifest = Manifest(**data)
    except (OSError, ValueError, TypeError) as error:
        raise NotABackup() from error
    if hashlib.sha256(text.encode()).hexdigest() != told or manifest.format != FORMAT:
        raise BackupDamaged("The manifest was changed.")
    for name, sha256 in manifest.files.items():
        path = folder / name
        if not path.is_file() or digest_of(path) != sha256:
            raise BackupDamaged(f"{name} is missing or was changed.")
    return manifest


def snapshots(root: Path) -> list[Path]:
    """Finished snapshots, oldest first."""
    folder = root / "snapshots"
    found = folder.iterdir() if folder.is_dir() else iter(())
    return sorted(p for p in found if (p / MANIFEST).is_file() and not p.name.startswith("."))


def objects_of(snapshot: Path) -> Iterator[tuple[str, int]]:
    """(hash, size) of the bytes that belong to a snapshot."""
    with (snapshot / OBJECTS_LIST).open() as lines:
        for line in lines:
            sha256, size = line.split()
            yield sha256, int(size)
