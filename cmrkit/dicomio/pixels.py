"""Pixels of a stack as one array."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.pixels import apply_rescale, pixel_array

from cmrkit.contracts import StackMeta
from cmrkit.errors import UnreadableDicom

ReadInstance = Callable[[str], bytes]


def load_pixels(meta: StackMeta, read_instance: ReadInstance) -> NDArray[np.float32]:
    """Array (slice, phase, row, column) of modality values (rescale slope and intercept applied),
    zeros in holes. ``read_instance`` answers a file's bytes by SOPInstanceUID.

    Raises UnreadableDicom where a frame can't be decoded or has another matrix.
    """
    out = np.zeros((meta.n_slices, meta.n_phases, meta.rows, meta.columns), dtype=np.float32)
    decoded: dict[str, NDArray[np.float32]] = {}
    for s, row in enumerate(meta.frames):
        for p, ref in enumerate(row):
            if ref is None:
                continue
            uid = ref.sop_instance_uid
            if uid not in decoded:
                frames = _decode(read_instance(uid))
                decoded = {**decoded, uid: frames} if len(frames) > 1 else {uid: frames}
            frame = decoded[uid][ref.frame_number - 1]
            if frame.shape != out.shape[2:]:
                raise UnreadableDicom("A frame's matrix differs from its stack's.")
            out[s, p] = frame
    return out


def first_frame(file: Path | BinaryIO) -> NDArray[np.float32]:
    """The first frame (row, column) of a file, in grey where it is in colour; other frames are
    not decoded. Raises UnreadableDicom where it can't be."""
    try:
        frame = np.asarray(pixel_array(file, index=0), dtype=np.float32)
    except Exception as error:
        raise UnreadableDicom(f"A frame can't be decoded ({type(error).__name__}).") from error
    return frame if frame.ndim == 2 else frame.max(axis=-1)


def _decode(data: bytes) -> NDArray[np.float32]:
    """Frames (frame, row, column) of one file."""
    try:
        dataset = dcmread(BytesIO(data))
        values = apply_rescale(pixel_array(dataset), dataset)
    except Exception as error:
        raise UnreadableDicom(f"A frame can't be decoded ({type(error).__name__}).") from error
    frames = np.asarray(values, dtype=np.float32)
    return frames[None] if frames.ndim == 2 else frames
