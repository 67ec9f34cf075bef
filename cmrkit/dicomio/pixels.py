"""Pixels of a stack as one array."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import FileDataset

from cmrkit.contracts import StackMeta
from cmrkit.dicomio.decoding_apart import decoded_frame
from cmrkit.dicomio.frames import LONG_VALUE
from cmrkit.dicomio.guarded import failures_named
from cmrkit.dicomio.rescale import modality_values
from cmrkit.errors import UnreadableDicom

ReadInstance = Callable[[str], bytes | BinaryIO]


def load_pixels(meta: StackMeta, read_instance: ReadInstance) -> NDArray[np.float32]:
    """Array (slice, phase, row, column) of modality values (rescale slope and intercept applied),
    zeros in holes. ``read_instance`` answers a file by SOPInstanceUID: its bytes, or a stream,
    of which no more than the wanted frames is read.

    Raises UnreadableDicom where a frame can't be decoded or has another matrix.
    """
    out = np.zeros((meta.n_slices, meta.n_phases, meta.rows, meta.columns), dtype=np.float32)
    opened: dict[str, _File] = {}
    try:
        for s, row in enumerate(meta.frames):
            for p, ref in enumerate(row):
                if ref is None:
                    continue
                if ref.sop_instance_uid not in opened:
                    _close_all_but_multiframes(opened)
                    opened[ref.sop_instance_uid] = _File(read_instance(ref.sop_instance_uid))
                frame = opened[ref.sop_instance_uid].frame(ref.frame_number)
                if frame.shape != out.shape[2:]:
                    raise UnreadableDicom("A frame's matrix differs from its stack's.")
                out[s, p] = frame
    finally:
        for file in opened.values():
            file.stream.close()
    return out


class _File:
    """One open file, decoded frame by frame: a short file may hold more than memory does."""

    def __init__(self, source: bytes | BinaryIO) -> None:
        self.stream = BytesIO(source) if isinstance(source, bytes) else source
        with failures_named():
            self.dataset: FileDataset = dcmread(self.stream, defer_size=LONG_VALUE)
            self.n_frames = int(self.dataset.get("NumberOfFrames", 1) or 1)

    def frame(self, number: int) -> NDArray[np.float32]:
        """Frame ``number``, from 1: (row, column) of modality values."""
        with failures_named():
            stored = decoded_frame(self.dataset, self.stream, number)
            return modality_values(stored, self.dataset, number)


def _close_all_but_multiframes(opened: dict[str, _File]) -> None:
    for uid in [uid for uid, file in opened.items() if file.n_frames <= 1]:
        opened.pop(uid).stream.close()


def first_frame(file: Path | BinaryIO) -> NDArray[np.float32]:
    """The first frame (row, column) of a file, in grey where it is in colour; other frames are
    not decoded. Raises UnreadableDicom where it can't be."""
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return first_frame(stream)
    file.seek(0)
    with failures_named():
        dataset = dcmread(file, defer_size=LONG_VALUE)
        frame = np.asarray(decoded_frame(dataset, file, 1), dtype=np.float32)
    return frame if frame.ndim == 2 else frame.max(axis=-1)
