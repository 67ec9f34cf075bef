"""Cases on the worker's disk, finished one by one, so that an export that was killed goes on where
it stood.

A shard is a folder: the case's files, and ``shard.json`` with their hashes and what lists need of
the case. It is written under another name and renamed when whole. The folder of all shards is named
by what the export is made of; another dataset, another order of formats or other code start anew.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cmrkit.contracts import Envelope
from ml_workers.runtime.machine import code_version

KEPT_S = 24 * 3600  # what a killed export left is removed after this, by the next export


def work_folder() -> Path:
    """``ACCORD_WORK_DIR``, else a private folder under the system's temporary one."""
    configured = os.environ.get("ACCORD_WORK_DIR")
    root = Path(configured) if configured else Path(tempfile.gettempdir())
    found = root / f"accord-exports-{os.getuid()}"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    if found.stat().st_uid != os.getuid():
        raise PermissionError(f"{found} belongs to somebody else.")
    return found


def fingerprint(envelope: Envelope) -> str:
    """What the export is made of. Addresses differ between attempts, and don't count."""
    params = {k: v for k, v in envelope.params.items() if not k.endswith("_url")}
    content = [
        code_version(),
        envelope.job_id,
        params,
        [
            [item.item_id, item.split, _without_urls(item.extra), item.meta.to_json()]
            for item in envelope.inputs
        ],
    ]
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _without_urls(extra: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in extra.items() if k not in ("instances", "reads")}
    return {**kept, "instances": sorted(extra.get("instances", {}))}


@dataclass
class Shard:
    """One case's files on disk, and what lists need of it."""

    folder: Path
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    lists: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, data: bytes) -> None:
        if name in self.files:
            raise ValueError(f"{name} is in the archive already.")
        path = self.path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files[name] = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}

    def add_json(self, name: str, value: Any) -> None:
        self.add(name, json_bytes(value))

    def path_of(self, name: str) -> Path:
        return self.folder / "files" / name


def json_bytes(value: Any) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


class Shards:
    """The shards of one export."""

    def __init__(self, envelope: Envelope) -> None:
        root = work_folder()
        _forget_old(root)
        self.folder = root / fingerprint(envelope)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        os.utime(self.folder)

    def made(self, index: int, write: Callable[[Shard], None]) -> bool:
        """Make the shard of a case unless it is there; whether it was made now."""
        target = self.folder / f"{index:06d}"
        if (target / "shard.json").exists():
            return False
        draft = self.folder / f"{index:06d}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        shard = Shard(draft)
        write(shard)
        (draft / "shard.json").write_text(json.dumps({"files": shard.files, "lists": shard.lists}))
        draft.rename(target)
        return True

    def read(self, index: int) -> Shard:
        folder = self.folder / f"{index:06d}"
        kept = json.loads((folder / "shard.json").read_text())
        return Shard(folder, kept["files"], kept["lists"])

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _forget_old(root: Path) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
