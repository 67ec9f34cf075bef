"""What stays the same over all frames of one stack while it is segmented."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_workers.inference.grid import Grid, Window
from ml_workers.inference.heart import find_heart
from ml_workers.weights import Model


@dataclass(frozen=True)
class Spacing:
    """In-plane distance between rows and between columns. ``assumed``: the source gave none."""

    row_mm: float
    column_mm: float
    assumed: bool = False


@dataclass(frozen=True)
class Run:
    """A model on a device, and the crop around the heart; ``corner`` is the crop's first pixel
    (row, column) on the network's grid."""

    model: Model
    grid: Grid
    corner: tuple[int, int]
    device: torch.device

    @classmethod
    def over(
        cls,
        model: Model,
        pixels: NDArray[Any],
        present: NDArray[np.bool_],
        spacing: Spacing,
        device: torch.device,
    ) -> "Run":
        """For pixels (slice, phase, row, column), of which the frames in ``present`` (slice, phase)
        exist. With an assumed spacing pixels are taken at the size the model was trained on."""
        for network in model.members:
            network.to(device).eval()
        usual = model.convention.pixel_mm
        spacing_mm = (usual, usual) if spacing.assumed else (spacing.row_mm, spacing.column_mm)
        grid = Grid.of(model.convention, (pixels.shape[2], pixels.shape[3]), spacing_mm)
        return cls(model, grid, _corner(model, grid, pixels, present, device), device)

    @property
    def window(self) -> Window:
        return self.grid.window(self.corner)

    def crops(self, frames: NDArray[Any]) -> Tensor:
        return self.grid.crops(frames, self.corner)

    def to_native(self, crops: Tensor) -> Tensor:
        return self.grid.to_native(crops, self.corner, self.window)


def _corner(
    model: Model,
    grid: Grid,
    pixels: NDArray[Any],
    present: NDArray[np.bool_],
    device: torch.device,
) -> tuple[int, int]:
    """From the phase with the most slices; the ends of the stack, where there may be no heart, are
    left out of the search."""
    phase = int(present.sum(axis=0).argmax())
    slices = np.flatnonzero(present[:, phase])
    inner = slices[len(slices) // 6 : len(slices) - len(slices) // 6]
    row, column = find_heart(model, grid.resample(pixels[inner, phase]), device)
    half = model.convention.crop // 2
    return row - half, column - half
