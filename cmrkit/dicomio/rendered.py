"""Frames as grey values for the eye: modality values through a window (PS3.3 C.11.2)."""

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset

from cmrkit.dicomio.decoding_apart import decoded_frame
from cmrkit.dicomio.frames import LONG_VALUE
from cmrkit.dicomio.guarded import failures_named
from cmrkit.dicomio.rescale import modality_values

Grey = NDArray[np.uint8]


class WindowFunction(StrEnum):
    LINEAR = "linear"
    LINEAR_EXACT = "linear-exact"
    SIGMOID = "sigmoid"


@dataclass(frozen=True)
class Window:
    """Centre and width in modality values."""

    center: float
    width: float
    function: WindowFunction = WindowFunction.LINEAR


@dataclass(frozen=True)
class FrameValues:
    """``values``: (row, column) of modality values, or (row, column, 3) of 8-bit colour.
    ``window`` is the file's own; ``inverted`` where low values are bright (MONOCHROME1)."""

    values: NDArray[Any]
    window: Window | None
    inverted: bool


def frame_values(data: bytes, number: int) -> FrameValues:
    """One frame (numbered from 1) of one file. Raises UnreadableDicom where it can't be decoded."""
    with failures_named():
        dataset = dcmread(BytesIO(data), defer_size=LONG_VALUE)
        stored = decoded_frame(dataset, BytesIO(data), number)
        if stored.ndim == 3:
            return FrameValues(stored.astype(np.uint8), None, inverted=False)
        values = modality_values(stored, dataset, number)
        inverted = str(dataset.get("PhotometricInterpretation", "")) == "MONOCHROME1"
        return FrameValues(values, _own_window(dataset, number), inverted)


def _own_window(dataset: Dataset, number: int) -> Window | None:
    levels = [dataset]
    for name, index in (
        ("SharedFunctionalGroupsSequence", 0),
        ("PerFrameFunctionalGroupsSequence", number - 1),
    ):
        groups = dataset.get(name)
        if groups and len(groups) > index and groups[index].get("FrameVOILUTSequence"):
            levels.insert(0, groups[index].FrameVOILUTSequence[0])
    for level in levels:
        center, width = _first(level, "WindowCenter"), _first(level, "WindowWidth")
        if center is not None and width is not None and width >= 1:
            return Window(center, width)
    return None


def _first(dataset: Dataset, name: str) -> float | None:
    value = dataset.get(name)
    if value is None or value == "":
        return None
    try:
        return float(value[0] if hasattr(value, "__getitem__") else value)
    except (TypeError, ValueError, IndexError):
        return None


def spread(values: NDArray[Any]) -> Window:
    """A window from the 1st to the 99.5th percentile, for files that name none."""
    low, high = np.percentile(values, (1, 99.5))
    width = max(float(high - low), 1.0)
    return Window(float(low) + width / 2, width, WindowFunction.LINEAR_EXACT)


def grey(frame: FrameValues, window: Window | None = None) -> NDArray[np.uint8]:
    """8-bit grey (row, column), by ``window``, else the file's own, else :func:`spread`; colour
    comes back as it is.

    linear: ((x - (c - 0.5)) / (w - 1) + 0.5); linear-exact: ((x - c) / w + 0.5);
    sigmoid: 1 / (1 + exp(-4 (x - c) / w)); each times 255 (PS3.3 C.11.2.1.2 and C.11.2.1.3).
    """
    x = frame.values
    if x.ndim == 3:
        return x.astype(np.uint8)
    used = window or frame.window or spread(x)
    c, w = used.center, used.width
    if used.function == WindowFunction.SIGMOID:
        level = 1.0 / (1.0 + np.exp(np.clip(-4.0 * (x - c) / w, -60, 60)))
    elif used.function == WindowFunction.LINEAR_EXACT or w <= 1:
        level = (x - c) / w + 0.5
    else:
        level = (x - (c - 0.5)) / (w - 1.0) + 0.5
    shown = np.rint(np.clip(level, 0.0, 1.0) * 255.0).astype(np.uint8)
    return (255 - shown).astype(np.uint8) if frame.inverted else shown
