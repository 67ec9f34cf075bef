"""An HTTP/1.1 answer as it comes from the wire: told whole by its length or its last chunk. The
body is counted, not kept, unless that is asked for."""

from dataclasses import dataclass, field

_END = b"\r\n\r\n"


@dataclass
class Answer:
    """Feed it what was received until it says that it is whole."""

    keep: bool = False
    status: int = 0
    size: int = 0  # bytes of the body, so far
    closing: bool = False
    body: bytearray = field(default_factory=bytearray)
    _head: bytearray = field(default_factory=bytearray)
    _left: int = 0  # of the body, or of the chunk
    _chunked: bool = False
    _line: bytearray = field(default_factory=bytearray)
    _last: bool = False
    _whole: bool = False

    def feed(self, data: memoryview) -> bool:
        """True once the answer is whole."""
        if not self.status:
            data = self._read_head(data)
            if not self.status:
                return False
        if self._chunked:
            self._read_chunks(data)
        else:
            self._take(data)
            self._whole = self._left == 0
        return self._whole

    def _read_head(self, data: memoryview) -> memoryview:
        """What follows the head."""
        before = len(self._head)
        self._head += data[: 1 << 16]
        end = self._head.find(_END)
        if end < 0:
            return data[:0]
        lines = bytes(self._head[:end]).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(":", 1) for line in lines[1:])
        self.status = int(lines[0].split()[1])
        self.closing = fields.get("connection", "").strip() == "close"
        self._chunked = "chunked" in fields.get("transfer-encoding", "")
        self._left = 0 if self._chunked else int(fields.get("content-length", 0))
        return data[end + len(_END) - before :]

    def _take(self, data: memoryview) -> memoryview:
        """Count what belongs to the body; the rest."""
        n = min(len(data), self._left)
        self.size += n
        self._left -= n
        if self.keep:
            self.body += data[:n]
        return data[n:]

    def _read_chunks(self, data: memoryview) -> None:
        while len(data):
            if self._left:
                data = self._take(data)
                continue
            newline = bytes(data[:1024]).find(b"\n")
            if newline < 0:
                self._line += data
                return
            self._line += data[: newline + 1]
            data = data[newline + 1 :]
            text = bytes(self._line).strip()
            self._line.clear()
            if not text:  # the end of a chunk's data, or of the last chunk
                if self._last:
                    self._whole = True
                    return
                continue
            self._left = int(text.split(b";")[0], 16)
            self._last = self._left == 0
