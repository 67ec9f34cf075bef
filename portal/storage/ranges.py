"""Byte ranges of stored files, through descriptors that stay open: a cine is hundreds of small
files, asked for again and again."""

import os
import threading
from collections import OrderedDict

from portal.storage.errors import BytesMissing
from portal.storage.files import path_of

KEPT_OPEN = 256


class _Descriptor:
    """Closed when the last thread that reads from it lets go."""

    __slots__ = ("number",)

    def __init__(self, sha256: str) -> None:
        self.number = -1
        try:
            self.number = os.open(path_of(sha256), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise BytesMissing() from error

    def __del__(self) -> None:
        if self.number >= 0:
            os.close(self.number)


_open: "OrderedDict[str, _Descriptor]" = OrderedDict()
_lock = threading.Lock()


def read_ranges(sha256: str, *wanted: tuple[int, int]) -> bytes:
    """The bytes of (offset, length) pairs of one file, one after the other.

    Raises BytesMissing where the file is gone or too short. Whether the caller may have them is
    decided before: a file that was deleted stays readable here as long as it is open.
    """
    try:
        return _read(_descriptor(sha256), wanted)
    except BytesMissing:
        # the open file was cut; another may stand in its place by now
        forget(sha256)
        return _read(_descriptor(sha256), wanted)


def _read(descriptor: _Descriptor, wanted: tuple[tuple[int, int], ...]) -> bytes:
    pieces = []
    for offset, length in wanted:
        piece = os.pread(descriptor.number, length, offset)
        while len(piece) < length:  # a read may stop early
            more = os.pread(descriptor.number, length - len(piece), offset + len(piece))
            if not more:
                raise BytesMissing()
            piece += more
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def forget(sha256: str) -> None:
    """The file was deleted: let go of its descriptor."""
    with _lock:
        _open.pop(sha256, None)


def _descriptor(sha256: str) -> _Descriptor:
    with _lock:
        found = _open.get(sha256)
        if found is not None:
            _open.move_to_end(sha256)
            return found
    made = _Descriptor(sha256)
    with _lock:
        _open[sha256] = made
        if len(_open) > KEPT_OPEN:
            _open.popitem(last=False)
    return made
