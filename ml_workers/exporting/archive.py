"""A zip archive that is the same, byte for byte, whenever it is made from the same files."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_FILE_MODE = 0o644 << 16
_PACKED = (".gz", ".zip", ".png")


class Archive:
    """Files go in one by one, each once; every one is hashed on its way."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w")
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, data: bytes) -> None:
        if name in self.files:
            raise ValueError(f"{name} is in the archive already.")
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.create_system, entry.external_attr = 3, _FILE_MODE  # as written on any system
        packed = name.endswith(_PACKED)
        entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        self._zip.writestr(entry, data)
        self.files[name] = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}

    def add_json(self, name: str, value: Any) -> None:
        self.add(name, (json.dumps(value, indent=2, sort_keys=True) + "\n").encode())

    def close(self, manifest: dict[str, Any]) -> None:
        """Write ``manifest.json`` with the SHA-256 of every file before it, and close."""
        self.add_json("manifest.json", {**manifest, "files": dict(sorted(self.files.items()))})
        self._zip.close()
