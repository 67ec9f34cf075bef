"""Random access in a sealed file, so that a large one is parsed without lying open anywhere."""

import io
from typing import BinaryIO

from portal.core.sealing import CHUNK, SealedBlocks


class SealedReader(io.RawIOBase):
    """The content of a sealed file of known size as a seekable stream. One block is held open."""

    name = ""  # pydicom asks a buffered stream for one; there is no file to open again

    def __init__(self, stream: BinaryIO, purpose: str, size: int) -> None:
        super().__init__()
        self._stream = stream
        self._blocks = SealedBlocks(stream, purpose, size)
        self._size = size
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, CHUNK)
        if self._held[0] != number:
            self._held = (number, self._blocks.read(number))
        data = self._held[1][offset : offset + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
