"""Files in storage, named by their SHA-256. Written whole or not at all."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import urlparse

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.storage.errors import BytesMissing, FileTooLarge, StorageFull

CHUNK = 1 << 20


def root() -> Path:
    url = urlparse(settings.STORAGE_URL)
    if url.scheme != "file":
        raise ImproperlyConfigured(
            f"STORAGE_URL={url.scheme}://… is not supported. Use file:///path/to/folder."
        )
    return Path(url.path)


def path_of(sha256: str) -> Path:
    return root() / sha256[:2] / sha256[2:4] / sha256


def chunks_of(stream: IO[bytes]) -> Iterable[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


@contextmanager
def _a_full_disk_has_a_name() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull() from error
        raise


@_a_full_disk_has_a_name()
def receive(chunks: Iterable[bytes]) -> tuple[Path, str, int]:
    """Write chunks to a draft beside the storage; returns (draft, sha256, size in bytes).

    The draft is the caller's: :func:`keep` or :func:`discard` it. Nothing stays of a cut upload.
    """
    folder = root() / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    seen, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=folder)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.ACCORD_MAX_UPLOAD_BYTES:
                    raise FileTooLarge()
                seen.update(chunk)
                handle.write(chunk)
            handle.flush()
            os.fsync(handle.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft, seen.hexdigest(), size


@_a_full_disk_has_a_name()
def keep(draft: Path, sha256: str) -> None:
    """Move a draft to its place; the same bytes already there are left as they are."""
    target = path_of(sha256)
    while not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.replace(target)
        except FileNotFoundError:
            if not draft.exists():
                raise
            continue  # another file's removal took the empty folder away in between
        return
    draft.unlink()


def discard(draft: Path) -> None:
    draft.unlink(missing_ok=True)


def open_bytes(sha256: str) -> BinaryIO:
    try:
        return path_of(sha256).open("rb")
    except FileNotFoundError as error:
        raise BytesMissing() from error


def read_bytes(sha256: str) -> bytes:
    with open_bytes(sha256) as handle:
        return handle.read()


def read_range(sha256: str, offset: int, length: int) -> bytes:
    with open_bytes(sha256) as handle:
        handle.seek(offset)
        data = handle.read(length)
    if len(data) != length:
        raise BytesMissing()
    return data


def remove(sha256: str) -> bool:
    """Remove a file and the folders that it leaves empty; whether there was one. Call under the
    hash's lock (``portal.storage.services``)."""
    path = path_of(sha256)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    for folder in (path.parent, path.parent.parent):
        try:
            folder.rmdir()
        except OSError:
            break
    return True
