"""Contours of one phase as one volume of labels, by the pinned rasteriser."""

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, StackLabels, StackMeta, StructureCode
from cmrkit.errors import InvalidGeometry, UnsupportedInput
from cmrkit.geometry import rasterise

LABEL_VALUES = {"background": 0, "RV cavity": 1, "LV myocardium": 2, "LV cavity": 3}


def label_volume(meta: StackMeta, labels: StackLabels, phase_index: int) -> NDArray[np.uint8]:
    """uint8 (slice, row, column) of one phase: 0 background, 1 RV cavity, 2 LV myocardium
    (``lv_epi`` minus ``lv_endo``), 3 LV cavity, on the stack's own pixels.

    No pixel has two labels: the left ventricle wins over the right, the cavity over the wall. A
    slice without an endocardium inside its epicardium is muscle throughout, as at the apex.
    Raises InvalidGeometry for a phase or a frame of ``labels`` outside the stack, and
    UnsupportedInput for a structure that has no label here or a phase without any contour.
    """
    if not 0 <= phase_index < meta.n_phases:
        raise InvalidGeometry(f"Phase {phase_index} is not in a stack of {meta.n_phases} phases.")
    check_frames(meta, labels)
    frames = [f for f in labels.frames if f.phase_index == phase_index and f.structures]
    if not frames:
        raise UnsupportedInput(f"Nothing is drawn at phase {phase_index}; choose one that is.")
    volume = np.zeros((meta.n_slices, meta.rows, meta.columns), dtype=np.uint8)
    for frame in frames:
        _draw(volume[frame.slice_index], frame)
    return volume


def check_frames(meta: StackMeta, labels: StackLabels) -> None:
    """Every frame must be in the stack, every structure known: a label that can't be placed is
    never left out silently."""
    for frame in labels.frames:
        inside = 0 <= frame.slice_index < meta.n_slices and 0 <= frame.phase_index < meta.n_phases
        if not inside:
            raise InvalidGeometry(
                f"A label names slice {frame.slice_index}, phase {frame.phase_index}; the stack "
                f"has {meta.n_slices} × {meta.n_phases} frames."
            )
        unknown = set(frame.structures) - set(StructureCode)
        if unknown:
            raise UnsupportedInput(f"No format here has a label for {', '.join(sorted(unknown))}.")


def _draw(plane: NDArray[np.uint8], frame: FrameLabels) -> None:
    """From what loses to what wins."""
    for code, value in (
        (StructureCode.RV_ENDO, LABEL_VALUES["RV cavity"]),
        (StructureCode.LV_EPI, LABEL_VALUES["LV myocardium"]),
        (StructureCode.LV_ENDO, LABEL_VALUES["LV cavity"]),
    ):
        parts = frame.structures.get(code)
        if parts:
            plane[rasterise(parts, (plane.shape[0], plane.shape[1]))] = value
