"""Decoding stored instances: uncompressed frames, whole files in another transfer syntax."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.pixels import pixel_array
from pydicom.uid import ExplicitVRLittleEndian

from cmrkit.dicomio.guarded import check_codestream, failures_named
from cmrkit.errors import UnreadableDicom


def decode_frames(data: bytes, numbers: Sequence[int]) -> list[bytes]:
    """Frames (numbered from 1) of one file as little-endian uncompressed bytes, row by row, as
    Explicit VR Little Endian would hold them. Raises UnreadableDicom where they can't be decoded.
    """
    dataset, found = _read(data), []
    for number in numbers:
        with failures_named():
            check_codestream(dataset, BytesIO(data), number)
            frame = np.asarray(pixel_array(dataset, index=number - 1))
            found.append(frame.astype(frame.dtype.newbyteorder("<"), copy=False).tobytes())
    return found


def as_explicit_little_endian(data: bytes) -> bytes:
    """The whole file in Explicit VR Little Endian, with the UIDs it had."""
    dataset = _read(data)
    try:
        if dataset.file_meta.TransferSyntaxUID.is_compressed:
            dataset.decompress(generate_instance_uid=False)
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        out = BytesIO()
        dataset.save_as(out, implicit_vr=False, little_endian=True, enforce_file_format=True)
    except Exception as error:
        raise UnreadableDicom(
            f"The file can't be given uncompressed ({type(error).__name__}). Ask for it as stored."
        ) from error
    return out.getvalue()


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
