"""Where each frame's bytes lie in the file, so that they can be served without parsing it."""

import struct
from typing import BinaryIO

from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset
from pydicom.uid import UID

from cmrkit.errors import UnreadableDicom

Range = tuple[int, int]
LONG_VALUE = 1 << 20  # bytes: longer values stay in the file when a header is read
_UNDEFINED = 0xFFFFFFFF  # a length that isn't told (PS3.5 7.1.1)
_CUT = "The pixel data is cut short. Export the file again."


def frame_ranges(dataset: FileDataset, stream: BinaryIO, n_frames: int) -> tuple[Range, ...]:
    """(offset, length) in bytes of each frame; the pixels themselves are not read.

    A compressed frame must lie in one fragment. Raises UnreadableDicom where data is missing.
    """
    element = dataset.get_item("PixelData", keep_deferred=True)
    if not isinstance(element, RawDataElement):
        raise UnreadableDicom("The pixel data is not where it belongs. Export the file again.")
    start, size = element.value_tell, _stream_size(stream)
    if UID(str(dataset.file_meta.TransferSyntaxUID)).is_compressed:
        return _encapsulated(stream, start, size, n_frames)
    bits = int(dataset.BitsAllocated) * int(dataset.get("SamplesPerPixel", 1) or 1)
    length = int(dataset.Rows) * int(dataset.Columns) * bits // 8
    held = 0 if element.length == _UNDEFINED else element.length
    if held < length * n_frames or start + length * n_frames > size:
        raise UnreadableDicom(_CUT)
    return tuple((start + k * length, length) for k in range(n_frames))


def _stream_size(stream: BinaryIO) -> int:
    stream.seek(0, 2)
    return stream.tell()


def _encapsulated(stream: BinaryIO, start: int, size: int, n_frames: int) -> tuple[Range, ...]:
    fragments = _fragments(stream, start, size, most=n_frames)
    if len(fragments) < n_frames:
        raise UnreadableDicom(_CUT)
    if len(fragments) > n_frames:
        raise UnreadableDicom(
            "A compressed frame is split into fragments. Export the file uncompressed."
        )
    return tuple(fragments)


def _fragments(stream: BinaryIO, start: int, size: int, most: int) -> list[Range]:
    """Items after the basic offset table (PS3.5 A.4); no more than ``most`` and one."""
    found: list[Range] = []
    position, first = start, True
    while position + 8 <= size:
        stream.seek(position)
        group, element, length = struct.unpack("<HHL", stream.read(8))
        if (group, element) == (0xFFFE, 0xE0DD) or len(found) > most:
            return found
        if (group, element) != (0xFFFE, 0xE000) or position + 8 + length > size:
            break
        if not first:
            found.append((position + 8, length))
        first = False
        position += 8 + length
    raise UnreadableDicom(_CUT)
