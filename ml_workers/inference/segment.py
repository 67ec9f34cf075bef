"""Segmenting a whole stack: find the heart, run the network on every frame, clean, contour."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, StackLabels, StructureCode
from cmrkit.quality import ImageQuality
from ml_workers.confidence.features import entropy_of
from ml_workers.device import best_device
from ml_workers.errors import BadInput
from ml_workers.inference.clean import clean_volume
from ml_workers.inference.contours import frame_labels
from ml_workers.inference.expected import Expected, confidence_findings, expected_dice, look_again
from ml_workers.inference.findings import Finding
from ml_workers.inference.network import class_shares, likeliest
from ml_workers.inference.run import Run, Spacing
from ml_workers.inference.scope import Scope, look_after, look_before
from ml_workers.inference.signals import Signals, signals_of
from ml_workers.task import CINE_SAX
from ml_workers.weights import Model

__all__ = ["Progress", "Segmentation", "Spacing", "segment_stack"]
STRUCTURES = tuple(str(code) for code in StructureCode)
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Segmentation:
    """labels: uint8 (slice, phase, row, column): 0 background, 1 RV cavity, 2 myocardium, 3 LV
    cavity; contours: the same as polygons in image pixels; findings: what a reader should know.

    predicted_dice: what Dice to expect, by structure and then ``ed`` and ``es``; None where the
    model brings no rule for it. signals: how much the case would teach; None without a left
    ventricle. quality: how good the images are; None where no left ventricle was
    found. entropy: uint8 of the same shape as labels, 255 where every class
    is as likely as the others; None unless asked for.
    """

    labels: NDArray[np.uint8]
    contours: StackLabels
    seconds: float
    device: str
    findings: tuple[Finding, ...]
    predicted_dice: Expected | None = None
    signals: Signals | None = None
    quality: ImageQuality | None = None
    entropy: NDArray[np.uint8] | None = None


def segment_stack(
    model: Model,
    pixels: NDArray[Any],
    spacing: Spacing,
    *,
    device: torch.device | None = None,
    progress: Progress | None = None,
    with_entropy: bool = False,
    scope: Scope | None = None,
) -> Segmentation:
    """Segment pixels (slice, phase, row, column); a frame of zeros throughout is a hole and stays
    empty. With an assumed spacing the pixels are taken at the size the model was trained on.

    Raises BadInput when the array isn't four-dimensional, is too small or has values that aren't
    finite, or when the spacing is no image's of a heart; OutOfScope, where ``scope`` refuses, for
    images that the model was not made for.
    """
    began = time.monotonic()
    scope = scope or Scope()
    if model.task is not CINE_SAX:
        raise BadInput(f"This model draws {model.task.name}, not short-axis cine.")
    _check_shape(pixels)
    before = look_before(pixels, spacing, scope)
    _check(pixels, spacing)
    place = device or best_device()
    for network in model.members:
        network.to(place).eval()
    present: NDArray[np.bool_] = np.any(pixels, axis=(2, 3))
    labels = np.zeros(pixels.shape, dtype=np.uint8)
    entropy = np.zeros(pixels.shape, dtype=np.uint8)
    frames: list[FrameLabels] = []
    expected: Expected | None = None
    signals: Signals | None = None
    if present.any():
        run = Run.over(model, pixels, present, spacing, place)
        n_phases = pixels.shape[1]
        for phase in range(n_phases):
            found = np.flatnonzero(present[:, phase])
            if len(found):
                frames += _segment_phase(run, pixels, phase, found, labels, entropy)
            if progress is not None:
                progress((phase + 1) / n_phases, f"Phase {phase + 1} of {n_phases}")
        seen = look_again(run, pixels, present, labels)
        if model.confidence is not None and seen:
            expected = expected_dice(model.confidence, seen)
        signals = signals_of(run, pixels, present, seen)
    verdict = look_after(pixels, labels, entropy, spacing, scope)
    sure = confidence_findings(model.confidence, expected)
    return Segmentation(
        labels=labels,
        contours=StackLabels(tuple(frames), STRUCTURES),
        seconds=time.monotonic() - began,
        device=place.type,
        findings=(*before, *verdict.findings, *sure),
        predicted_dice=expected,
        signals=signals,
        quality=verdict.quality,
        entropy=entropy if with_entropy else None,
    )


def _check_shape(pixels: NDArray[Any]) -> None:
    if pixels.ndim != 4 or pixels.size == 0:
        raise BadInput(f"Expected pixels as (slice, phase, row, column); got {pixels.shape}.")


def _check(pixels: NDArray[Any], spacing: Spacing) -> None:
    """What can't be drawn on at all, refused or not."""
    if min(pixels.shape[2:]) < 16:
        raise BadInput(f"Images of {pixels.shape[2]} × {pixels.shape[3]} pixels show no heart.")
    if np.issubdtype(pixels.dtype, np.floating) and not np.isfinite(pixels).all():
        raise BadInput("Some pixel values are not finite numbers.")
    if not (0.2 <= spacing.row_mm <= 10 and 0.2 <= spacing.column_mm <= 10):
        raise BadInput(
            f"A pixel spacing of {spacing.row_mm} × {spacing.column_mm} mm can't show a heart."
        )


@torch.inference_mode()
def _segment_phase(
    run: Run,
    pixels: NDArray[Any],
    phase: int,
    found: NDArray[np.intp],
    labels: NDArray[np.uint8],
    entropy: NDArray[np.uint8],
) -> list[FrameLabels]:
    """Fill the phase's labels and entropy in; return its contours."""
    crops = run.crops(pixels[found, phase])
    window = run.window
    shares = run.to_native(class_shares(run.model, crops, run.device)).numpy()
    # slices that are there alone: an empty one between them would cut the heart in two
    volume = clean_volume(likeliest(shares))
    rows, columns = slice(window.top, window.bottom), slice(window.left, window.right)
    labels[found, phase, rows, columns] = volume
    doubt = entropy_of(shares) * 255
    entropy[found, phase, rows, columns] = doubt.round().astype(np.uint8)
    return [
        frame_labels(int(s), phase, share, plane, (window.top, window.left))
        for s, share, plane in zip(found, shares, volume, strict=True)
    ]
