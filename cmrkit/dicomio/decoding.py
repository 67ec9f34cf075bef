"""Decoding stored instances: uncompressed frames, whole files in another transfer syntax."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.uid import ExplicitVRLittleEndian

from cmrkit.dicomio.decoding_apart import decoded_frame, decoded_frames
from cmrkit.dicomio.guarded import failures_named
from cmrkit.errors import UnreadableDicom


def decode_frames(data: bytes, numbers: Sequence[int]) -> list[bytes]:
    """Frames (numbered from 1) of one file as little-endian uncompressed bytes, row by row, as
    Explicit VR Little Endian would hold them. Raises UnreadableDicom where they can't be decoded.
    """
    dataset, found = _read(data), []
    for number in numbers:
        with failures_named():
            frame = decoded_frame(dataset, BytesIO(data), number)
            found.append(frame.astype(frame.dtype.newbyteorder("<"), copy=False).tobytes())
    return found


def as_explicit_little_endian(data: bytes) -> bytes:
    """The whole file in Explicit VR Little Endian, with the UIDs it had."""
    dataset = _read(data)
    try:
        if dataset.file_meta.TransferSyntaxUID.is_compressed:
            _set_pixels(dataset, decoded_frames(data, dataset))
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        out = BytesIO()
        dataset.save_as(out, implicit_vr=False, little_endian=True, enforce_file_format=True)
    except Exception as error:
        raise UnreadableDicom(
            f"The file can't be given uncompressed ({type(error).__name__}). Ask for it as stored."
        ) from error
    return out.getvalue()


def _set_pixels(dataset: FileDataset, frames: NDArray[Any]) -> None:
    values = frames.astype(frames.dtype.newbyteorder("<"), copy=False).tobytes()
    dataset.PixelData = values + b"\0" * (len(values) % 2)
    dataset["PixelData"].VR = "OW"
    dataset.BitsAllocated = frames.dtype.itemsize * 8
    if frames.ndim == 4:  # decoders give colour as RGB, sample by sample
        dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0


def bulk_value(data: bytes, path: Sequence[str]) -> bytes | None:
    """The bytes of one element: tags as eight hex digits, with item numbers from 1 between them.
    None where the file has no such element or it is not binary."""
    level: object = _read(data)
    try:
        for key, item in zip(path[:-2:2], path[1::2], strict=False):
            level = level[int(key, 16)].value[int(item) - 1]  # type: ignore[index]
        value = level[int(path[-1], 16)].value  # type: ignore[index]
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return None
    return value if isinstance(value, bytes) else None


def _read(data: bytes) -> FileDataset:
    try:
        return dcmread(BytesIO(data))
    except Exception as error:
        raise UnreadableDicom(f"The file can't be read ({type(error).__name__}).") from error
