"""Segmenting a whole stack: find the heart, run the network on every frame, clean, contour."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cmrkit.contracts import FrameLabels, StackLabels, StructureCode
from ml_workers.device import best_device, mixed_precision
from ml_workers.errors import BadInput
from ml_workers.inference.clean import clean_volume
from ml_workers.inference.contours import frame_labels
from ml_workers.inference.findings import Finding, findings_of
from ml_workers.inference.grid import Grid
from ml_workers.inference.heart import find_heart
from ml_workers.weights import Model

BATCH = 16
STRUCTURES = tuple(str(code) for code in StructureCode)
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Spacing:
    """In-plane distance between rows and between columns. ``assumed``: the source gave none."""

    row_mm: float
    column_mm: float
    assumed: bool = False


@dataclass(frozen=True)
class Segmentation:
    """labels: uint8 (slice, phase, row, column): 0 background, 1 RV cavity, 2 myocardium, 3 LV
    cavity; contours: the same as polygons in image pixels; findings: what a reader should know."""

    labels: NDArray[np.uint8]
    contours: StackLabels
    seconds: float
    device: str
    findings: tuple[Finding, ...]


def segment_stack(
    model: Model,
    pixels: NDArray[Any],
    spacing: Spacing,
    *,
    device: torch.device | None = None,
    progress: Progress | None = None,
) -> Segmentation:
    """Segment pixels (slice, phase, row, column); a frame of zeros throughout is a hole and stays
    empty. With an assumed spacing the pixels are taken at the size the model was trained on.

    Raises BadInput when the array isn't four-dimensional, is too small or has values that aren't
    finite, or when the spacing is no image's of a heart.
    """
    began = time.monotonic()
    _check(pixels, spacing)
    place = device or best_device()
    model.network.to(place).eval()
    usual = model.convention.pixel_mm
    spacing_mm = (usual, usual) if spacing.assumed else (spacing.row_mm, spacing.column_mm)
    grid = Grid.of(model.convention, (pixels.shape[2], pixels.shape[3]), spacing_mm)
    present: NDArray[np.bool_] = np.any(pixels, axis=(2, 3))
    labels = np.zeros(pixels.shape, dtype=np.uint8)
    frames: list[FrameLabels] = []
    if present.any():
        corner = _corner(model, grid, pixels, present, place)
        n_phases = pixels.shape[1]
        for phase in range(n_phases):
            found = np.flatnonzero(present[:, phase])
            if len(found):
                frames += _segment_phase(model, grid, pixels, phase, found, corner, place, labels)
            if progress is not None:
                progress((phase + 1) / n_phases, f"Phase {phase + 1} of {n_phases}")
    return Segmentation(
        labels=labels,
        contours=StackLabels(tuple(frames), STRUCTURES),
        seconds=time.monotonic() - began,
        device=place.type,
        findings=findings_of(labels, present, spacing_assumed=spacing.assumed),
    )


def _check(pixels: NDArray[Any], spacing: Spacing) -> None:
    if pixels.ndim != 4 or pixels.size == 0 or min(pixels.shape[2:]) < 16:
        raise BadInput(
            f"Expected pixels as (slice, phase, row, column), 16 × 16 or more; got {pixels.shape}."
        )
    if np.issubdtype(pixels.dtype, np.floating) and not np.isfinite(pixels).all():
        raise BadInput("Some pixel values are not finite numbers.")
    if not (0.2 <= spacing.row_mm <= 10 and 0.2 <= spacing.column_mm <= 10):
        raise BadInput(
            f"A pixel spacing of {spacing.row_mm} × {spacing.column_mm} mm can't show a heart."
        )


def _corner(
    model: Model,
    grid: Grid,
    pixels: NDArray[Any],
    present: NDArray[np.bool_],
    device: torch.device,
) -> tuple[int, int]:
    """The crop's first pixel on the network's grid, from the phase with the most slices; the ends
    of the stack, where there may be no heart, are left out of the search."""
    phase = int(present.sum(axis=0).argmax())
    slices = np.flatnonzero(present[:, phase])
    inner = slices[len(slices) // 6 : len(slices) - len(slices) // 6]
    row, column = find_heart(model, grid.resample(pixels[inner, phase]), device)
    half = model.convention.crop // 2
    return row - half, column - half


@torch.inference_mode()
def _segment_phase(
    model: Model,
    grid: Grid,
    pixels: NDArray[Any],
    phase: int,
    found: NDArray[np.intp],
    corner: tuple[int, int],
    device: torch.device,
    labels: NDArray[np.uint8],
) -> list[FrameLabels]:
    """Fill the phase's labels in and return its contours."""
    crops = grid.crops(pixels[found, phase], corner)
    window = grid.window(corner)
    shares = grid.to_native(_shares(model, crops, device), corner, window)
    # every slice takes part in the cleaning: a hole in the stack separates its neighbours
    volume = np.zeros((len(pixels), *shares.shape[2:]), dtype=np.uint8)
    volume[found] = shares.argmax(dim=1).to(torch.uint8).numpy()
    volume = clean_volume(volume)
    labels[:, phase, window.top : window.bottom, window.left : window.right] = volume
    return [
        frame_labels(int(s), phase, share, volume[s], (window.top, window.left))
        for s, share in zip(found, shares.numpy(), strict=True)
    ]


def _shares(model: Model, crops: Tensor, device: torch.device) -> Tensor:
    """Class probabilities (n, classes, crop, crop), on the CPU."""
    out = []
    for start in range(0, len(crops), BATCH):
        batch = crops[start : start + BATCH].to(device)
        with mixed_precision(device):
            scores = model.network(batch)[0]
        out.append(torch.softmax(scores.float(), dim=1).cpu())
    return torch.cat(out)
