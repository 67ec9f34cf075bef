"""multipart/related as it comes in (RFC 2046, RFC 2387): parts one after the other, never whole.

``python-multipart`` and Django read form-data alone, whose parts need a name; DICOM's have none.
Used for what is sent to us by STOW-RS and for what other archives answer to WADO-RS.
"""

import re
from collections.abc import Callable, Iterator

_HEAD_LIMIT = 1 << 16  # bytes of one part's header
_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)"?', re.IGNORECASE)


def boundary_of(content_type: str) -> bytes | None:
    """The boundary of multipart/related; None for another type, or without one."""
    match = _BOUNDARY.search(content_type)
    if not content_type.strip().lower().startswith("multipart/related") or match is None:
        return None
    return match[1].encode()


class MultipartReader:
    """Iterate over :meth:`parts`, and over each part's chunks before asking for the next one.
    Raises what ``cut`` makes where the body ends before its last boundary, and what ``headless``
    makes where a part's header has no end."""

    def __init__(
        self,
        chunks: Iterator[bytes],
        boundary: bytes,
        *,
        cut: Callable[[], Exception],
        headless: Callable[[], Exception],
    ) -> None:
        self._chunks, self._cut, self._headless = chunks, cut, headless
        self._mark = b"\r\n--" + boundary
        self._held = bytearray(b"\r\n")  # the first boundary may stand at the very start

    def parts(self) -> Iterator[Iterator[bytes]]:
        for _ in self._until_mark():
            pass  # what stands before the first boundary is nobody's
        while not self._at_end():
            self._skip_head()
            part = self._until_mark()
            yield part
            for _ in part:
                pass  # what the caller left

    def _more(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            raise self._cut()
        self._held += chunk

    def _until_mark(self) -> Iterator[bytes]:
        """What stands before the next boundary; consumes the boundary."""
        while True:
            place = self._held.find(self._mark)
            if place >= 0:
                if place:
                    yield bytes(self._held[:place])
                del self._held[: place + len(self._mark)]
                return
            safe = len(self._held) - len(self._mark) + 1  # a boundary may have begun
            if safe > 0:
                yield bytes(self._held[:safe])
                del self._held[:safe]
            self._more()

    def _at_end(self) -> bool:
        while len(self._held) < 2:
            self._more()
        return self._held.startswith(b"--")

    def _skip_head(self) -> None:
        """To the empty line after the part's header; it may have no header at all."""
        while (place := self._held.find(b"\r\n\r\n")) < 0:
            if len(self._held) > _HEAD_LIMIT:
                raise self._headless()
            self._more()
        del self._held[: place + 4]
