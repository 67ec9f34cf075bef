"""Segmenting long-axis cine: LV cavity, myocardium, RV, both atria; valves from the contours."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, LongAxisCode, StackLabels
from cmrkit.quality import Finding, ImageFacts, chamber_findings, fact_findings, pixel_findings
from ml_workers.device import best_device
from ml_workers.errors import BadInput, OutOfScope
from ml_workers.inference.chambers import CLASSES, clean_chambers
from ml_workers.inference.contours import frame_labels
from ml_workers.inference.network import average, likeliest, passes
from ml_workers.inference.run import Run, Spacing
from ml_workers.inference.scope import Scope
from ml_workers.inference.segment import Progress
from ml_workers.task import CINE_LAX
from ml_workers.weights import Model

STRUCTURES = tuple(str(code) for code in LongAxisCode)
SMALLEST_PX = 16


@dataclass(frozen=True)
class LongAxisDraft:
    """labels: uint8 (slice, phase, row, column): 0 background, 1 RV cavity, 2 myocardium, 3 LV
    cavity, 4 left atrium, 5 right atrium; contours: the same as polygons in image pixels, the wall
    as ``lv_epi``; findings: what a reader should know."""

    labels: NDArray[np.uint8]
    contours: StackLabels
    seconds: float
    device: str
    findings: tuple[Finding, ...]


def segment_long_axis(
    model: Model,
    pixels: NDArray[Any],
    spacing: Spacing,
    *,
    device: torch.device | None = None,
    progress: Progress | None = None,
    scope: Scope | None = None,
) -> LongAxisDraft:
    """Segment pixels (slice, phase, row, column), frame by frame, as they lie and mirrored; a frame
    of zeros throughout is a hole and stays empty.

    Raises BadInput for another model or shape, OutOfScope, where ``scope`` refuses, for what is no
    two- or four-chamber cine.
    """
    began = time.monotonic()
    scope = scope or Scope()
    if model.task is not CINE_LAX:
        raise BadInput(f"This model draws {model.task.name}, not long-axis cine.")
    if pixels.ndim != 4 or pixels.size == 0 or min(pixels.shape[2:]) < SMALLEST_PX:
        raise BadInput(f"Expected pixels as (slice, phase, row, column); got {pixels.shape}.")
    before = _look(pixels, spacing, scope)
    place = device or best_device()
    present: NDArray[np.bool_] = np.any(pixels, axis=(2, 3))
    labels = np.zeros(pixels.shape, dtype=np.uint8)
    frames: list[FrameLabels] = []
    if present.any():
        run = Run.over(model, pixels, present, spacing, place)
        for s in range(len(pixels)):
            frames += _draw(run, pixels[s], np.flatnonzero(present[s]), s, labels[s])
            if progress is not None:
                progress((s + 1) / len(pixels), f"Slice {s + 1} of {len(pixels)}")
    after = chamber_findings(labels, present)
    _settle(after, scope)
    return LongAxisDraft(
        labels=labels,
        contours=StackLabels(tuple(frames), STRUCTURES),
        seconds=time.monotonic() - began,
        device=place.type,
        findings=(*before, *after),
    )


def _look(pixels: NDArray[Any], spacing: Spacing, scope: Scope) -> tuple[Finding, ...]:
    n_slices, n_phases, rows, columns = pixels.shape
    facts = scope.facts or ImageFacts(
        n_slices, n_phases, rows, columns, spacing.row_mm, spacing.column_mm, spacing.assumed
    )
    found = (*fact_findings(facts, CINE_LAX.kinds, long_axis=True), *pixel_findings(pixels))
    _settle(found, scope)
    return found


def _settle(found: tuple[Finding, ...], scope: Scope) -> None:
    refusal = next((f for f in found if f.refuses), None)
    if refusal is not None and scope.refuse:
        raise OutOfScope(refusal)


@torch.inference_mode()
def _draw(
    run: Run, frames: NDArray[Any], found: NDArray[np.intp], s: int, labels: NDArray[np.uint8]
) -> list[FrameLabels]:
    """Fill the labels (phase, row, column) of one slice in; return its contours."""
    if not len(found):
        return []
    shares = run.to_native(average(passes(run.model, run.crops(frames[found]), run.device)))
    window, values = run.window, shares.numpy()
    drawn = np.stack([clean_chambers(plane) for plane in likeliest(values)])
    labels[found, window.top : window.bottom, window.left : window.right] = drawn
    corner = (window.top, window.left)
    return [
        frame_labels(s, int(p), share, plane, corner, CLASSES)
        for p, share, plane in zip(found, values, drawn, strict=True)
    ]
