"""Slices to learn from, out of the contours that readers agreed on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, StackLabels, StackMeta
from cmrkit.geometry import rasterise
from ml_workers.training.slices import IGNORE, LabelledSlice, normalise, resample

RV, MYOCARDIUM, LV = 1, 2, 3


def labelled_slices(
    pixels: NDArray[Any],
    meta: StackMeta,
    labels: StackLabels,
    *,
    subject: str,
    pixel_mm: float,
) -> list[LabelledSlice]:
    """One slice per frame on which anything is known. ``pixels`` is (slice, phase, row, column)."""
    factor = 1.0 if meta.spacing_assumed else float(np.mean(meta.pixel_spacing_mm)) / pixel_mm
    slices = []
    for frame in labels.frames:
        known = set(frame.structures) | set(labels.complete_structures)
        image = pixels[frame.slice_index, frame.phase_index]
        if known and image.any():
            label, merged = label_map(frame, known, (meta.rows, meta.columns))
            slices.append(
                LabelledSlice(
                    resample(normalise(image), factor),
                    resample(label, factor),
                    subject,
                    merged=merged,
                )
            )
    return slices


def label_map(
    frame: FrameLabels, known: set[str], shape: tuple[int, int]
) -> tuple[NDArray[np.uint8], tuple[int, ...]]:
    """The class of every pixel, and the classes that background may hide because nobody drew them.

    Inside an epicardium whose endocardium was not drawn the class is unknown (255).
    """
    label = np.zeros(shape, dtype=np.uint8)
    hidden = [0]
    if "rv_endo" in known:
        label[_mask(frame, "rv_endo", shape)] = RV
    else:
        hidden.append(RV)
    if "lv_epi" in known:
        label[_mask(frame, "lv_epi", shape)] = MYOCARDIUM if "lv_endo" in known else IGNORE
    else:
        hidden.append(MYOCARDIUM)
    if "lv_endo" in known:
        label[_mask(frame, "lv_endo", shape)] = LV
    elif "lv_epi" not in known:
        hidden.append(LV)
    return label, tuple(hidden) if len(hidden) > 1 else ()


def _mask(frame: FrameLabels, structure: str, shape: tuple[int, int]) -> NDArray[np.bool_]:
    parts = frame.structures.get(structure)
    return rasterise(parts, shape) if parts else np.zeros(shape, dtype=bool)
