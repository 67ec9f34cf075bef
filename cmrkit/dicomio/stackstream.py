"""A stack's frames as one stream, losslessly packed, each frame readable as soon as it is there.

    bytes 0-7    b"ACCSTK1\\n"
    bytes 8-11   length of the index in bytes, unsigned 32 bits, little endian
    index        JSON (UTF-8): matrix, type of the pixels, codec, frames in the order they come
    frames       for each: length (unsigned 32 bits, little endian), then that many bytes

A frame of codec ``planes-deflate`` is a raw DEFLATE stream (RFC 1951) of the pixels row by row:
all low bytes, followed by all high bytes; 8-bit pixels are one plane. High bytes of MR are few
and alike, low bytes are noise, and apart they pack better and faster than together.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"ACCSTK1\n"
CODEC = "planes-deflate"
LEVEL = 1  # higher levels take several times as long for a few per cent
DTYPES = ("uint8", "uint16", "int16")
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class StackIndex:
    """``order[k]`` is (slice, phase) of the k-th frame; holes of the stack are left out.
    ``rescale[k]`` is (slope, intercept): modality value = stored value * slope + intercept."""

    rows: int
    columns: int
    n_slices: int
    n_phases: int
    dtype: str
    order: tuple[tuple[int, int], ...]
    rescale: tuple[tuple[float, float], ...]
    codec: str = CODEC

    def to_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "columns": self.columns,
            "n_slices": self.n_slices,
            "n_phases": self.n_phases,
            "dtype": self.dtype,
            "codec": self.codec,
            "order": [list(place) for place in self.order],
            "rescale": [list(pair) for pair in self.rescale],
        }


def display_order(n_slices: int) -> list[int]:
    """Slices from the middle outwards, as a reader comes to them; of two equally far the lower
    one first."""
    middle = n_slices // 2
    return sorted(range(n_slices), key=lambda s: (abs(s - middle), s))


def head(index: StackIndex) -> bytes:
    text = json.dumps(index.to_json(), separators=(",", ":")).encode()
    return MAGIC + _LENGTH.pack(len(text)) + text


def packed_frame(pixels: NDArray[Any]) -> bytes:
    """One frame (row, column) with its length before it."""
    data = deflated(planes(pixels))
    return _LENGTH.pack(len(data)) + data


def planes(pixels: NDArray[Any]) -> bytes:
    """The pixels (row, column), 8 or 16 bits, as byte planes: low bytes, then high bytes."""
    if pixels.dtype.itemsize == 1:
        return pixels.tobytes()
    little = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False))
    pairs = little.view(np.uint8).reshape(-1, 2)
    return pairs[:, 0].tobytes() + pairs[:, 1].tobytes()


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def read_stream(data: bytes) -> tuple[StackIndex, Iterator[NDArray[Any]]]:
    """The index and the frames in their order. Raises ValueError where it is no whole stream."""
    if data[:8] != MAGIC:
        raise ValueError("This is not a stack stream.")
    (length,) = _LENGTH.unpack_from(data, 8)
    found = json.loads(data[12 : 12 + length])
    index = StackIndex(
        rows=found["rows"],
        columns=found["columns"],
        n_slices=found["n_slices"],
        n_phases=found["n_phases"],
        dtype=found["dtype"],
        order=tuple((s, p) for s, p in found["order"]),
        rescale=tuple((a, b) for a, b in found["rescale"]),
        codec=found["codec"],
    )
    return index, _frames(data, 12 + length, index)


def _frames(data: bytes, position: int, index: StackIndex) -> Iterator[NDArray[Any]]:
    for _ in index.order:
        if position + 4 > len(data):
            raise ValueError("The stack stream is cut short.")
        (length,) = _LENGTH.unpack_from(data, position)
        packed = data[position + 4 : position + 4 + length]
        if len(packed) != length:
            raise ValueError("The stack stream is cut short.")
        position += 4 + length
        yield unpacked(packed, index)


def unpacked(packed: bytes, index: StackIndex) -> NDArray[Any]:
    """Inverse of :func:`packed_frame` without the length."""
    data = np.frombuffer(zlib.decompress(packed, -zlib.MAX_WBITS), dtype=np.uint8)
    dtype = np.dtype(index.dtype)
    shape = (index.rows, index.columns)
    if dtype.itemsize == 1:
        return data.reshape(shape)
    low, high = data[: len(data) // 2], data[len(data) // 2 :]
    values = low.astype(np.uint16) | (high.astype(np.uint16) << 8)
    return values.reshape(shape).view(dtype)
