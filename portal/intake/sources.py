"""Where files come from on this machine: folders, files, zip, tar and tar.gz archives, DICOMDIR.

Each file is a stream of chunks that is read once, in order. Names are used to find files, never
kept: they carry identity. Names inside archives are never used as paths.
"""

import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from cmrkit.dicomio.meta import file_meta, is_directory, refuse_deflated
from cmrkit.errors import UnsupportedInput
from portal.intake.errors import SourceUnreadable
from portal.storage.files import chunks_of

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    tarfile.TarError,
    EOFError,
    NotImplementedError,  # a compression method that zipfile lacks
    RuntimeError,  # an encrypted member
)
Chunks = Iterator[bytes]


def files_in(paths: Iterable[Path]) -> Iterator[Chunks]:
    """Every file under the paths, archives unpacked on the way. A file or archive that can't be
    read raises SourceUnreadable while it is read; the next one can be read all the same."""
    for path in paths:
        if path.is_dir():
            for file in sorted(p for p in path.rglob("*") if p.is_file()):
                yield from _in_file(file)
        elif _is_directory_file(path):
            yield from _referenced(path)
        else:
            yield from _in_file(path)


def _in_file(path: Path) -> Iterator[Chunks]:
    if zipfile.is_zipfile(path):
        yield from _in_zip(path)
    elif _is_tar(path):
        yield from _in_tar(path)
    else:
        yield _plain(path)


def _is_tar(path: Path) -> bool:
    """By content; ``tarfile.is_tarfile`` alone takes some DICOM preambles for an empty archive."""
    with path.open("rb") as handle:
        head = handle.read(262)
    if head[:2] != b"\x1f\x8b" and head[257:262] != b"ustar":
        return False
    try:
        return tarfile.is_tarfile(path)
    except (OSError, EOFError, zlib.error):
        return False


@contextmanager
def _damage_has_a_name() -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise SourceUnreadable() from error
    except OSError as error:
        # a file that went away or can't be read; its name must not reach the report
        raise SourceUnreadable(f"This can't be read ({type(error).__name__}).") from error


def _plain(path: Path) -> Chunks:
    with _damage_has_a_name(), path.open("rb") as stream:
        yield from chunks_of(stream)


def _in_zip(path: Path) -> Iterator[Chunks]:
    try:
        archive = zipfile.ZipFile(path)
    except (*_DAMAGED, OSError):
        yield _broken()
        return
    with archive:
        for member in archive.infolist():
            if not member.is_dir():
                yield _zipped(archive, member)


def _zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Chunks:
    with _damage_has_a_name(), archive.open(member) as stream:
        yield from chunks_of(stream)


def _in_tar(path: Path) -> Iterator[Chunks]:
    """Member by member as they lie: a compressed archive can't be entered elsewhere."""
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None:
                    yield _tarred(stream)
    except (*_DAMAGED, OSError):
        yield _broken()


def _tarred(stream: IO[bytes]) -> Chunks:
    with _damage_has_a_name():
        yield from chunks_of(stream)


def _broken() -> Chunks:
    raise SourceUnreadable()
    yield b""


def _is_directory_file(path: Path) -> bool:
    """A deflated one counts as any other file, and is refused when it is read."""
    try:
        with path.open("rb") as stream:
            meta = file_meta(stream)
        refuse_deflated(meta)
    except (InvalidDicomError, UnsupportedInput, OSError, ValueError, AttributeError, EOFError):
        return False
    return is_directory(meta)


def _referenced(directory: Path) -> Iterator[Chunks]:
    """The files that a DICOMDIR names, where they lie beside it."""
    root = directory.parent.resolve()
    for record in dcmread(directory).get("DirectoryRecordSequence", ()):
        named = record.get("ReferencedFileID")
        if not named:
            continue
        parts = [named] if isinstance(named, str) else list(named)
        path = _beside(root, [str(part) for part in parts])
        yield _plain(path) if path else _broken()


def _beside(root: Path, parts: list[str]) -> Path | None:
    """The file of that name below the folder, in whatever case a disc is mounted."""
    here = root
    for part in parts:
        if part in ("", ".", "..") or not here.is_dir():
            return None
        exact = here / part
        same = (p for p in here.iterdir() if p.name.lower() == part.lower())
        found = exact if exact.exists() else next(same, None)
        if found is None:
            return None
        here = found
    return here if here.is_file() and here.resolve().is_relative_to(root) else None
