"""Elements as bytes, in the transfer syntax that the file came in."""

import struct
from dataclasses import dataclass

_LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
_BINARY_PAD = frozenset({"UI", "OB", "UN"})
_ITEM = 0xFFFE, 0xE000


@dataclass(frozen=True)
class Encoding:
    """Explicit or implicit VR, little or big endian."""

    implicit: bool
    little: bool

    def element(self, tag: int, vr: str, value: bytes) -> bytes:
        """One element, padded to an even length. Raises ValueError where the value is too long."""
        if len(value) % 2:
            value += b"\0" if vr in _BINARY_PAD else b" "
        return self.head(tag, vr, len(value)) + value

    def head(self, tag: int, vr: str, length: int) -> bytes:
        """Tag, VR and length."""
        order, group, number = "<" if self.little else ">", tag >> 16, tag & 0xFFFF
        if self.implicit:
            return struct.pack(f"{order}HHL", group, number, length)
        if vr in _LONG:
            return struct.pack(f"{order}HH2sHL", group, number, vr.encode(), 0, length)
        if length > 0xFFFE:
            raise ValueError("too long for its kind of value")
        return struct.pack(f"{order}HH2sH", group, number, vr.encode(), length)

    def sequence(self, tag: int, items: list[bytes]) -> bytes:
        """A sequence of items that are elements already."""
        order = "<" if self.little else ">"
        body = b"".join(struct.pack(f"{order}HHL", *_ITEM, len(item)) + item for item in items)
        return self.head(tag, "SQ", len(body)) + body
