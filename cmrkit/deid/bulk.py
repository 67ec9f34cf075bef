"""The pixel element: where its bytes lie, and which of them are comments of the codec.

Pixels are copied by range and never held. Native pixel data is cut to the size that rows, columns
and bits give, so that nothing hides behind the last frame. In compressed data the segments that may
hold text (JPEG's COM and APPn, JPEG 2000's COM) are overwritten with zeros of the same length, and
so is what follows the end of a JPEG image; nothing moves, so offset tables stay right.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from cmrkit.errors import UnreadableDicom, UnsupportedInput

CHUNK = 1 << 20
_HEAD = 1 << 16  # bytes of a fragment in which the codec's header is looked for
_TAIL = 1 << 12
_CUT = "The pixel data is cut short. Export the file again."
_UNKNOWN_CODEC = (
    "The compressed pixels are packed in a way that can't be cleaned. Export the file uncompressed."
)
_UNDEFINED = 0xFFFFFFFF
_APP14_ADOBE, _APP0_JFIF = b"Adobe", b"JFIF\0"


@dataclass(frozen=True)
class Bulk:
    """``start`` and ``length`` in the source, in bytes; ``zeros`` are (start, length) to blank."""

    start: int
    length: int
    zeros: tuple[tuple[int, int], ...] = field(default=())

    def chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        """The bytes, piece by piece. Raises UnreadableDicom where the source ends early."""
        stream.seek(self.start)
        position, left = self.start, self.length
        while left:
            piece = stream.read(min(CHUNK, left))
            if not piece:
                raise UnreadableDicom(_CUT)
            yield self._blanked(piece, position)
            position, left = position + len(piece), left - len(piece)

    def _blanked(self, piece: bytes, position: int) -> bytes:
        touched = [
            (max(s - position, 0), min(s + n - position, len(piece)))
            for s, n in self.zeros
            if s < position + len(piece) and s + n > position
        ]
        if not touched:
            return piece
        out = bytearray(piece)
        for start, end in touched:
            out[start:end] = bytes(end - start)
        return bytes(out)


def native(start: int, length: int, expected: int, size: int) -> Bulk:
    """Uncompressed pixels: exactly the ``expected`` bytes."""
    if length == _UNDEFINED or length < expected or start + expected > size:
        raise UnreadableDicom(_CUT)
    return Bulk(start, expected)


def encapsulated(stream: BinaryIO, start: int, size: int, *, codec: str) -> Bulk:
    """Compressed pixels, through the sequence delimiter. ``codec`` is ``jpeg``, ``jpeg2000`` or
    ``rle``."""
    zeros: list[tuple[int, int]] = []
    position, first = start, True
    while position + 8 <= size:
        stream.seek(position)
        group, element, length = struct.unpack("<HHL", stream.read(8))
        if (group, element) == (0xFFFE, 0xE0DD):
            return Bulk(start, position + 8 - start, tuple(zeros))
        if (group, element) != (0xFFFE, 0xE000) or position + 8 + length > size:
            break
        if first and length % 4:
            break
        if not first:
            zeros += _comments(stream, position + 8, length, codec)
        position, first = position + 8 + length, False
    raise UnreadableDicom(_CUT)


def _comments(stream: BinaryIO, start: int, length: int, codec: str) -> Iterator[tuple[int, int]]:
    stream.seek(start)
    head = stream.read(min(length, _HEAD))
    if codec == "rle":
        return
    if codec == "jpeg" and head.startswith(b"\xff\xd8"):
        yield from ((start + at, n) for at, n in _jpeg_segments(head))
        yield from _after_the_end(stream, start, length)
    elif codec == "jpeg2000" and head.startswith(b"\xff\x4f\xff\x51"):
        yield from ((start + at, n) for at, n in _j2k_segments(head))
    elif b"JFIF" in head[:32] or head[4:8] == b"jP  ":
        raise UnsupportedInput(_UNKNOWN_CODEC)


def _segments(head: bytes, last: int) -> Iterator[tuple[int, int, int]]:
    """(marker, start of the payload, its length) up to the marker ``last``."""
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF and head[at + 1] != last:
        length = int.from_bytes(head[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(head):
            raise UnsupportedInput(_UNKNOWN_CODEC)
        yield head[at + 1], at + 4, length - 2
        at += 2 + length


def _jpeg_segments(head: bytes) -> Iterator[tuple[int, int]]:
    for marker, at, length in _segments(head, 0xDA):
        payload = head[at : at + length]
        harmless = (marker == 0xEE and length == 12 and payload.startswith(_APP14_ADOBE)) or (
            marker == 0xE0 and length == 14 and payload.startswith(_APP0_JFIF)
        )
        if (marker == 0xFE or 0xE0 <= marker <= 0xEF) and not harmless:
            yield at, length


def _j2k_segments(head: bytes) -> Iterator[tuple[int, int]]:
    for marker, at, length in _segments(head, 0x90):
        if marker == 0x64:
            yield at, length


def _after_the_end(stream: BinaryIO, start: int, length: int) -> Iterator[tuple[int, int]]:
    tail = min(length, _TAIL)
    stream.seek(start + length - tail)
    end = stream.read(tail).rfind(b"\xff\xd9")
    if 0 <= end < tail - 2:
        yield start + length - tail + end + 2, tail - end - 2
