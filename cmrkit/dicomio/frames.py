"""Where each frame's bytes lie in the file, so that they can be served without parsing it."""

import struct
from typing import BinaryIO

from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset
from pydicom.encaps import generate_fragmented_frames
from pydicom.uid import UID

from cmrkit.errors import UnreadableDicom

Range = tuple[int, ...]  # offset and length, once or, for the fragments of one frame, several times
LONG_VALUE = 1 << 20  # bytes: longer values stay in the file when a header is read
_UNDEFINED = 0xFFFFFFFF  # a length that isn't told (PS3.5 7.1.1)
_CUT = "The pixel data is cut short. Export the file again."


def frame_ranges(dataset: FileDataset, stream: BinaryIO, n_frames: int) -> tuple[Range, ...]:
    """(offset, length) in bytes of each frame.

    A compressed frame that is split into fragments has one pair for each of them: its bytes are
    those of the fragments one after the other. Raises UnreadableDicom where data is missing or
    where it can't be told which fragment belongs to which frame.
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
    fragments = _fragments(stream, start, size)
    if len(fragments) == n_frames:
        return tuple(fragments)
    if n_frames == 1:
        return (tuple(n for pair in fragments for n in pair),)
    if len(fragments) < n_frames:
        raise UnreadableDicom(_CUT)
    stream.seek(start)
    counts = [len(f) for f in generate_fragmented_frames(stream, number_of_frames=n_frames)]
    if len(counts) != n_frames or sum(counts) != len(fragments):
        raise UnreadableDicom(
            "It can't be told which fragment of the pixel data belongs to which frame. Export the "
            "file uncompressed."
        )
    remaining = iter(fragments)
    return tuple(tuple(n for _ in range(count) for n in next(remaining)) for count in counts)


def _fragments(stream: BinaryIO, start: int, size: int) -> list[tuple[int, int]]:
    """Items after the basic offset table (PS3.5 A.4)."""
    found: list[tuple[int, int]] = []
    position, first = start, True
    while position + 8 <= size:
        stream.seek(position)
        group, element, length = struct.unpack("<HHL", stream.read(8))
        if (group, element) == (0xFFFE, 0xE0DD):
            return found
        if (group, element) != (0xFFFE, 0xE000) or position + 8 + length > size:
            break
        if not first:
            found.append((position + 8, length))
        first = False
        position += 8 + length
    raise UnreadableDicom(_CUT)
