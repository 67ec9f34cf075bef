"""Files in storage, named by their SHA-256. Written whole or not at all."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, BinaryIO, Self
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
def a_full_disk_has_a_name() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull() from error
        raise


class Draft:
    """Bytes on their way into storage. Without a name until they are kept, where the file system
    can do that: what a killed process leaves behind is then nothing at all.

    Use as a context manager: what was not kept is gone at its end.
    """

    def __init__(self, descriptor: int, named: Path | None) -> None:
        self._file: BinaryIO = os.fdopen(descriptor, "w+b")
        self._named = named
        self._hash = hashlib.sha256()
        self.size = 0
        self._settled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    @a_full_disk_has_a_name()
    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > settings.ACCORD_MAX_UPLOAD_BYTES:
            raise FileTooLarge()
        self._hash.update(chunk)
        self._file.write(chunk)

    @a_full_disk_has_a_name()
    def settle(self) -> None:
        """All was written: on the disk, though without its name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._settled = True

    @a_full_disk_has_a_name()
    def opened(self) -> BinaryIO:
        """The bytes from their start; not to be closed by the caller."""
        self._file.flush()
        self._file.seek(0)
        return self._file

    @a_full_disk_has_a_name()
    def keep(self) -> None:
        """Give the bytes their name, on the disk when this returns; the same bytes already there
        are left as they are."""
        if not self._settled:
            self.settle()
        target = path_of(self.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            if self._named is None:
                # link(2) doesn't follow /proc/self/fd, linkat(2) does: it is used with a folder
                os.link(f"/proc/self/fd/{self._file.fileno()}", target, src_dir_fd=folder)
            else:
                os.link(self._named, target)
            os.fsync(folder)
        except FileExistsError:
            pass
        finally:
            os.close(folder)

    def discard(self) -> None:
        try:
            # closing writes what is left: what a full disk refused once it refuses again
            with suppress(OSError):
                self._file.close()
        finally:
            if self._named is not None:
                self._named.unlink(missing_ok=True)


@a_full_disk_has_a_name()
def new_draft() -> Draft:
    folder = root() / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    if hasattr(os, "O_TMPFILE"):
        try:
            return Draft(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), None)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT):
                raise
    descriptor, name = tempfile.mkstemp(dir=folder)
    return Draft(descriptor, Path(name))


def receive(chunks: Iterable[bytes]) -> Draft:
    """Write chunks to a draft, which is the caller's. Nothing stays of a cut upload."""
    draft = new_draft()
    try:
        for chunk in chunks:
            draft.write(chunk)
    except BaseException:
        draft.discard()
        raise
    return draft


def settle_all(drafts: list[Draft]) -> None:
    """Before the transaction that keeps them: the disk is waited for without a lock."""
    _together(Draft.settle, drafts)


def keep_all(drafts: list[Draft]) -> None:
    _together(Draft.keep, drafts)


def _together(do: Callable[[Draft], None], drafts: list[Draft]) -> None:
    """Several at a time: a disk writes many files in little more time than one."""
    if len(drafts) < 2:
        for draft in drafts:
            do(draft)
        return
    waiting = [_writers().submit(do, draft) for draft in drafts]
    wait(waiting)  # also of those after one that failed: the caller discards what they hold
    for one in waiting:
        one.result()  # raises what a draft raised


@cache
def _writers() -> ThreadPoolExecutor:
    """Threads that wait for the disk; made once, as making them costs more than they do."""
    return ThreadPoolExecutor(8, thread_name_prefix="storage")


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
    """Remove a file; whether there was one. Call while holding the hash's row
    (``portal.storage.services``)."""
    try:
        path_of(sha256).unlink()
    except FileNotFoundError:
        return False
    return True
