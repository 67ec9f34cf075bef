"""A zip archive that is the same, byte for byte, whenever it is made from the same files."""

import json
import shutil
import zipfile
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from ml_workers.errors import BadInput
from ml_workers.exporting.shards import Shard

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_FILE_MODE = 0o644 << 16
_PACKED = (".gz", ".zip", ".png", ".parquet")
_CHUNK = 1 << 20
SUMS = "SHA256SUMS"


class Archive:
    """Files go in one by one, each once; every one is hashed on its way."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w")
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, data: bytes) -> None:
        self._zip.writestr(self._entry(name), data)
        self.files[name] = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}

    def add_json(self, name: str, value: Any) -> None:
        self.add(name, (json.dumps(value, indent=2, sort_keys=True) + "\n").encode())

    def add_file(self, name: str, path: Path) -> None:
        """From disk, a piece at a time."""
        with path.open("rb") as source:
            found = {"sha256": file_digest(source, "sha256").hexdigest(), "bytes": source.tell()}
            source.seek(0)
            with self._zip.open(self._entry(name), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _CHUNK)
        self.files[name] = found

    def add_shard(self, shard: Shard) -> None:
        """Raises BadInput where a file isn't what was written."""
        for name, entry in shard.files.items():
            self.add_file(name, shard.path_of(name))
            if self.files[name] != entry:
                raise BadInput("A file on the worker's disk was damaged. Ask for the export anew.")

    def close(self, manifest: dict[str, Any]) -> None:
        """Write ``manifest.json`` and, last, ``SHA256SUMS`` (for ``sha256sum -c``), and close."""
        self.add_json("manifest.json", {**manifest, "files": dict(sorted(self.files.items()))})
        lines = [f"{entry['sha256']}  {name}\n" for name, entry in sorted(self.files.items())]
        self.add(SUMS, "".join(lines).encode())
        self._zip.close()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name in self.files:
            raise ValueError(f"{name} is in the archive already.")
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.create_system, entry.external_attr = 3, _FILE_MODE  # as written on any system
        packed = name.endswith(_PACKED)
        entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        return entry
