"""The one part of a WADO-RS answer, piece by piece: a file of any size needs no memory."""

import re
from collections.abc import Iterable, Iterator

from portal.intake.errors import RemoteUnfit

_MAX_HEAD = 1 << 16  # bytes of a part's headers


def first_part(content_type: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of the first part. Raises RemoteUnfit for another media type, a missing end or a
    second part: what was yielded before must then not be kept."""
    media_type = content_type.split(";")[0].strip().lower()
    if media_type == "application/dicom":
        # not what PS3.18 says, and what some archives send for one instance
        yield from pieces
        return
    found = re.search(r'boundary="?([^";,\s]+)"?', content_type, re.IGNORECASE)
    if media_type != "multipart/related" or found is None:
        raise RemoteUnfit("The archive sent something else than a DICOM file.")
    yield from _content(b"--" + found[1].encode(), iter(pieces))


def _content(mark: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = _after_head(mark, pieces)
    delimiter = b"\r\n" + mark
    while True:
        at = held.find(delimiter)
        if at >= 0:
            yield bytes(held[:at])
            break
        # a delimiter may lie across two pieces
        safe = max(0, len(held) - len(delimiter) + 1)
        yield bytes(held[:safe])
        del held[:safe]
        piece = next(pieces, None)
        if piece is None:
            raise RemoteUnfit("The archive's answer was cut before its end.")
        held += piece
    tail = bytes(held[at + len(delimiter) :]) + b"".join(pieces)
    if not tail.startswith(b"--"):
        raise RemoteUnfit("The archive sent more or less than the one file that was asked for.")


def _after_head(mark: bytes, pieces: Iterator[bytes]) -> bytearray:
    """What follows the headers of the first part."""
    held = bytearray()
    for piece in pieces:
        held += piece
        start = held.find(mark)
        end = held.find(b"\r\n\r\n", max(start, 0))
        if start >= 0 and end >= 0:
            return held[end + 4 :]
        if len(held) > _MAX_HEAD:
            break
    raise RemoteUnfit("The archive's answer has no DICOM part.")
