"""Segmenting late enhancement: LV cavity, myocardium, scar, no-reflow, one frame per slice."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.contracts import EnhancementCode, FrameLabels, StackLabels
from cmrkit.quality import Finding, ImageFacts, fact_findings, pixel_findings
from ml_workers.device import best_device
from ml_workers.errors import BadInput, OutOfScope
from ml_workers.inference.clean import largest
from ml_workers.inference.contours import frame_labels
from ml_workers.inference.heart_frame import HeartFrame
from ml_workers.inference.network import average, likeliest, member_shares, passes
from ml_workers.inference.run import Run, Spacing
from ml_workers.inference.scope import Scope
from ml_workers.task import LGE_SAX
from ml_workers.weights import Model

CAVITY, MYOCARDIUM, SCAR, NO_REFLOW = 1, 2, 3, 4
CLASSES: Mapping[str, tuple[int, ...]] = {
    EnhancementCode.LV_ENDO: (CAVITY,),
    EnhancementCode.LV_EPI: (CAVITY, MYOCARDIUM, SCAR, NO_REFLOW),
    EnhancementCode.SCAR: (SCAR, NO_REFLOW),
    EnhancementCode.NO_REFLOW: (NO_REFLOW,),
}
STRUCTURES = tuple(str(code) for code in EnhancementCode)
SMALLEST_MM2 = 6.0  # a scar smaller than this in a slice is taken for noise


@dataclass(frozen=True)
class Enhancement:
    """labels: uint8 (slice, phase, row, column), one phase: 0 background, 1 LV cavity, 2 myocardium
    without scar, 3 scar, 4 no-reflow. scar_share: scar and no-reflow as a part of the whole wall,
    by pixels of slices as thick as one another; None where no wall was found. contours: the same as
    polygons in image pixels, the wall as ``lv_epi`` and no-reflow within ``scar``."""

    labels: NDArray[np.uint8]
    contours: StackLabels
    seconds: float
    device: str
    findings: tuple[Finding, ...]
    scar_share: float | None


def segment_enhancement(
    model: Model,
    pixels: NDArray[Any],
    spacing: Spacing,
    *,
    device: torch.device | None = None,
    scope: Scope | None = None,
) -> Enhancement:
    """Segment pixels (slice, 1, row, column). Every frame is seen as it lies and mirrored, and once
    more with the ventricle at the size that the model was trained on.

    Raises BadInput for another shape, OutOfScope, where ``scope`` refuses, for images that are no
    late enhancement.
    """
    began = time.monotonic()
    scope = scope or Scope()
    if pixels.ndim != 4 or pixels.size == 0 or min(pixels.shape[2:]) < 16:
        raise BadInput(f"Expected pixels as (slice, 1, row, column); got {pixels.shape}.")
    findings = _look(pixels, spacing, scope)
    place = device or best_device()
    present: NDArray[np.bool_] = np.any(pixels, axis=(2, 3))
    labels = np.zeros(pixels.shape, dtype=np.uint8)
    frames: list[FrameLabels] = []
    if present[:, 0].any():
        run = Run.over(model, pixels[:, :1], present[:, :1], spacing, place)
        found = np.flatnonzero(present[:, 0])
        smallest = _smallest_px(spacing)
        labels[:, 0], seen = _draw(run, pixels[:, 0], found, smallest)
        frames = [seen.contours_of(labels[s, 0], int(s), n, smallest) for n, s in enumerate(found)]
    wall, scar = np.isin(labels, (MYOCARDIUM, SCAR, NO_REFLOW)).sum(), (labels >= SCAR).sum()
    if not wall:
        findings = (*findings, Finding("no_left_ventricle", "No left ventricle was found."))
    return Enhancement(
        labels=labels,
        contours=StackLabels(tuple(frames), STRUCTURES),
        seconds=time.monotonic() - began,
        device=place.type,
        findings=findings,
        scar_share=float(scar / wall) if wall else None,
    )


def _look(pixels: NDArray[Any], spacing: Spacing, scope: Scope) -> tuple[Finding, ...]:
    n_slices, n_phases, rows, columns = pixels.shape
    facts = scope.facts or ImageFacts(
        n_slices, n_phases, rows, columns, spacing.row_mm, spacing.column_mm, spacing.assumed
    )
    found = (
        *fact_findings(facts, LGE_SAX.kinds),
        # phase-sensitive images are signed, as they should be
        *(f for f in pixel_findings(pixels) if f.code != "signed_values"),
    )
    refusal = next((f for f in found if f.refuses), None)
    if refusal is not None and scope.refuse:
        raise OutOfScope(refusal)
    return found


@dataclass(frozen=True)
class _Seen:
    """Class probabilities (n, classes, row, column) on a window of the image that begins at
    ``top``, ``left``."""

    shares: NDArray[np.float32]
    top: int
    left: int

    def contours_of(
        self, plane: NDArray[np.uint8], s: int, n: int, smallest_px: float
    ) -> FrameLabels:
        """Of the cleaned labels (row, column) of slice ``s``, the n-th that was seen; pieces of
        ``smallest_px`` were kept, and their border below pixel size may enclose half of that."""
        rows, columns = self.shares.shape[2:]
        inside = plane[self.top : self.top + rows, self.left : self.left + columns]
        corner = (self.top, self.left)
        return frame_labels(s, 0, self.shares[n], inside, corner, CLASSES, smallest_px / 2)


def _smallest_px(spacing: Spacing) -> float:
    return 1 if spacing.assumed else SMALLEST_MM2 / (spacing.row_mm * spacing.column_mm)


@torch.inference_mode()
def _draw(
    run: Run, frames: NDArray[Any], found: NDArray[np.intp], smallest: float
) -> tuple[NDArray[np.uint8], _Seen]:
    """Labels (slice, row, column), and what they were taken from: at the first look where the
    ventricle is, at the second, where the model has one, what is in it."""
    seen = run.crops(frames[found])
    shares = run.to_native(average(passes(run.model, seen, run.device)))
    first = _Seen(shares.numpy(), run.window.top, run.window.left)
    window = run.window
    drawn = np.zeros(frames.shape, dtype=np.uint8)
    inside = drawn[:, window.top : window.bottom, window.left : window.right]
    inside[found] = likeliest(first.shares)
    # slices that are there alone: an empty one between them would cut the heart in two
    drawn[found] = clean_enhancement(drawn[found], smallest)
    frame = HeartFrame.around(drawn > 0) if run.model.convention.heart_px else None
    if frame is None:
        return drawn, first
    second = _Seen(_second_look(run, frame, frames[found]), 0, 0)
    drawn[found] = clean_enhancement(likeliest(second.shares), smallest)
    return drawn, second


def _second_look(run: Run, frame: HeartFrame, frames: NDArray[Any]) -> NDArray[np.float32]:
    """Class probabilities (n, classes, row, column) on the native pixels, the mean of the image as
    it lies and mirrored along either axis and both."""
    asked = run.model.convention
    seen = frame.look(frames, asked.crop, asked.heart_px, asked.percentiles)
    views = [
        member_shares(network, seen.flip(axes), run.device).flip(axes)
        for axes in ([], [3], [2], [2, 3])
        for network in run.model.members
    ]
    shape = (frames.shape[1], frames.shape[2])
    return np.asarray(frame.back(average(views), asked.heart_px, shape).numpy())


def clean_enhancement(labels: NDArray[np.uint8], smallest_px: float = 1) -> NDArray[np.uint8]:
    """Labels (slice, row, column) of slices that are there, with one left ventricle in them, the
    largest piece over all slices and in each; the cavity in one piece and without holes. What is
    left of scar and no-reflow of fewer than ``smallest_px`` pixels becomes muscle."""
    out = labels.copy()
    out[~largest(labels > 0)] = 0
    for plane in out:
        plane[~largest(plane > 0)] = 0
        cavity = largest(plane == CAVITY)
        plane[(plane == CAVITY) & ~cavity] = MYOCARDIUM
        plane[ndimage.binary_fill_holes(cavity) & (plane == 0)] = CAVITY
        plane[ndimage.binary_fill_holes(plane > 0) & (plane == 0)] = MYOCARDIUM
        pieces, n = ndimage.label(plane >= SCAR)
        sizes = np.bincount(pieces.ravel(), minlength=n + 1)
        plane[(sizes < smallest_px)[pieces] & (pieces > 0)] = MYOCARDIUM
    return out
