"""What a compressed frame says of its own size, read before a decoder believes it."""

import struct

_JPEG_START = b"\xff\xd8"
_JPEG2000_START = b"\xff\x4f\xff\x51"  # start of codestream, then its size
_FRAME_MARKERS = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}  # 0xF7: JPEG-LS
HEAD = 1 << 16  # bytes: more than a codestream's header takes

Size = tuple[int, int, int]  # rows, columns, components


def codestream_size(head: bytes) -> Size | None:
    """(rows, columns, components) of a JPEG, JPEG-LS or JPEG 2000 frame from its first bytes
    (ITU-T T.81 B.2.2, T.87 C.2.2, T.800 A.5.1); None for another coding, such as RLE.

    A few bytes that claim a size of thousands of megapixels make a decoder ask for as much memory.
    """
    at = head.find(_JPEG2000_START, 0, 4096)  # a JP2 box may stand before it
    if at >= 0:
        return _jpeg2000(head[at + 4 : at + 42])
    if head.startswith(_JPEG_START):
        return _jpeg(head)
    return None


def _jpeg2000(siz: bytes) -> Size:
    if len(siz) < 38:
        return 0, 0, 0
    x, y, x0, y0 = struct.unpack_from(">LLLL", siz, 4)
    return y - y0, x - x0, int.from_bytes(siz[36:38], "big")


def _jpeg(head: bytes) -> Size:
    at = 2
    while at + 10 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _FRAME_MARKERS:
            rows, columns, components = struct.unpack_from(">HHB", head, at + 5)
            return rows, columns, components
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return 0, 0, 0
