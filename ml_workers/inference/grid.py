"""The two grids of a stack: its own pixels and the network's, and the way between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from ml_workers.inference.heart import standardise
from ml_workers.weights import InputConvention


@dataclass(frozen=True)
class Window:
    """Native pixels that a crop covers: rows [top, bottom), columns [left, right)."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """``rows`` × ``columns`` native pixels, ``fine_rows`` × ``fine_columns`` of the network's size.

    Both cover the same field of view: native centre ``i`` lies at fine
    ``(i + 0.5) * fine_rows / rows - 0.5``.
    """

    rows: int
    columns: int
    fine_rows: int
    fine_columns: int
    convention: InputConvention

    @classmethod
    def of(
        cls, convention: InputConvention, shape: tuple[int, int], spacing_mm: tuple[float, float]
    ) -> "Grid":
        fine = [
            max(1, round(n * mm / convention.pixel_mm))
            for n, mm in zip(shape, spacing_mm, strict=True)
        ]
        return cls(shape[0], shape[1], fine[0], fine[1], convention)

    def resample(self, frames: NDArray[Any]) -> Tensor:
        """Frames (n, row, column), clipped to their percentiles, as (n, 1, fine row, fine
        column)."""
        values = np.asarray(frames, dtype=np.float32)
        low, high = np.percentile(values, self.convention.percentiles, axis=(1, 2), keepdims=True)
        values = np.clip(values, low, np.maximum(high, low + 1e-3)).astype(np.float32)
        tensor = torch.from_numpy(values)[:, None]
        size = (self.fine_rows, self.fine_columns)
        if size == (self.rows, self.columns):
            return tensor
        coarser = self.fine_rows < self.rows or self.fine_columns < self.columns
        return F.interpolate(tensor, size, mode="bilinear", antialias=coarser)

    def crops(self, frames: NDArray[Any], corner: tuple[int, int]) -> Tensor:
        """Standardised crops (n, 1, crop, crop) from the fine ``corner`` (row, column), which may
        lie outside; what is beyond the image is zero, as in training."""
        crop = self.convention.crop
        fine = standardise(self.resample(frames))
        top, left = corner
        below, beyond = top + crop - self.fine_rows, left + crop - self.fine_columns
        padded = F.pad(fine, (max(0, -left), max(0, beyond), max(0, -top), max(0, below)))
        row, column = max(0, top), max(0, left)
        return standardise(padded[:, :, row : row + crop, column : column + crop])

    def window(self, corner: tuple[int, int]) -> Window:
        """The native pixels whose centres lie inside the crop."""
        crop = self.convention.crop
        by_row, by_column = self.rows / self.fine_rows, self.columns / self.fine_columns
        return Window(
            top=max(0, int(np.ceil(corner[0] * by_row))),
            left=max(0, int(np.ceil(corner[1] * by_column))),
            bottom=min(self.rows, int((corner[0] + crop) * by_row)),
            right=min(self.columns, int((corner[1] + crop) * by_column)),
        )

    def to_native(self, crops: Tensor, corner: tuple[int, int], window: Window) -> Tensor:
        """Values (n, channels, crop, crop) at the native pixels of the window, linearly."""
        crop = self.convention.crop
        rows = torch.arange(window.top, window.bottom, dtype=torch.float32)
        columns = torch.arange(window.left, window.right, dtype=torch.float32)
        y = (rows + 0.5) * self.fine_rows / self.rows - corner[0]
        x = (columns + 0.5) * self.fine_columns / self.columns - corner[1]
        yy, xx = torch.meshgrid(2 * y / crop - 1, 2 * x / crop - 1, indexing="ij")
        where = torch.stack([xx, yy], dim=-1).expand(len(crops), -1, -1, -1)
        return F.grid_sample(
            crops, where, mode="bilinear", padding_mode="border", align_corners=False
        )
