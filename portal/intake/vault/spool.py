"""A file as it was received: in memory while it is small, else sealed in the vault.

What comes from a scanner holds names. It never lies on a disk as it came: a small file stays in
memory until it has been cleaned and stored or set aside, a large one is sealed piece by piece.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self

from django.conf import settings

from portal.core.sealing import seal_chunks
from portal.intake.vault.reader import SealedReader
from portal.storage.errors import FileTooLarge
from portal.storage.files import a_full_disk_has_a_name

PURPOSE = "intake.vault"
IN_MEMORY = 16 << 20  # bytes; nearly every MR instance is smaller


class Spooled:
    """A received file with its size and SHA-256. A context manager: at its end the bytes are gone
    unless they were moved into quarantine."""

    def __init__(self, sha256: str, size: int, data: bytes | None, sealed: Path | None) -> None:
        self.sha256, self.size = sha256, size
        self._data, self._sealed = data, sealed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def opened(self) -> BinaryIO:
        """The bytes as a seekable stream."""
        if self._data is not None:
            return io.BytesIO(self._data)
        assert self._sealed is not None
        return open_sealed(self._sealed, self.size)

    def seal_to(self, target: Path) -> None:
        """Keep the bytes, sealed, under that name."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._sealed is None:
            assert self._data is not None
            self._sealed = write_sealed([self._data])
        self._sealed.replace(target)
        self._sealed = None

    def discard(self) -> None:
        self._data = None
        if self._sealed is not None:
            self._sealed.unlink(missing_ok=True)
            self._sealed = None


def open_sealed(path: Path, size: int) -> BinaryIO:
    """The content, of so many bytes, of a sealed file as a seekable stream."""
    return io.BufferedReader(SealedReader(path.open("rb"), PURPOSE, size))


def staging() -> Path:
    folder = Path(settings.ACCORD_VAULT_DIR) / "staging"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def spool(chunks: Iterable[bytes]) -> Spooled:
    """Take a file in. Raises FileTooLarge; nothing stays of a cut upload."""
    counted = _Counted(chunks)
    head: list[bytes] = []
    rest = iter(counted)
    for chunk in rest:
        head.append(chunk)
        if counted.size > IN_MEMORY:
            sealed = write_sealed(_chained(head, rest))
            return Spooled(counted.sha256, counted.size, None, sealed)
    return Spooled(counted.sha256, counted.size, b"".join(head), None)


def _chained(head: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from head
    head.clear()
    yield from rest


class _Counted:
    """Counts and hashes what passes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._hash, self.size = chunks, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > settings.ACCORD_MAX_UPLOAD_BYTES:
                raise FileTooLarge()
            self._hash.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@a_full_disk_has_a_name()
def write_sealed(chunks: Iterable[bytes]) -> Path:
    """A sealed file in the staging folder, on the disk when this returns."""
    descriptor, name = tempfile.mkstemp(dir=staging())
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            for piece in seal_chunks(chunks, PURPOSE):
                handle.write(piece)
            handle.flush()
            os.fsync(handle.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
