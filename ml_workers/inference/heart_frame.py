"""The stack seen so that its left ventricle is round and always as large: the second look.

A scar is a few pixels on a wall of five. Seen at one size of the ventricle, whatever the scanner's
pixels and the patient's heart, it is as wide in training as in use. Rows and columns are scaled
apart, which also straightens images whose aspect was lost.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from ml_workers.inference.heart import standardise

LEAST_SLICES_PX = 30  # of a slice that counts for the size
NEAR = 1.3  # percentiles are taken within this many of its sizes


@dataclass(frozen=True)
class HeartFrame:
    """Native middle (row, column) of the ventricle and its height and width in native pixels."""

    row: float
    column: float
    height: float
    width: float

    @classmethod
    def around(cls, mask: NDArray[np.bool_]) -> "HeartFrame | None":
        """Of the outer outline in (slice, row, column); None where nothing is large enough.

        Its size is that of its large slices (the upper quarter), not of a single odd one.
        """
        boxes = []
        for plane in mask:
            if int(plane.sum()) >= LEAST_SLICES_PX:
                rows, columns = np.flatnonzero(plane.any(axis=1)), np.flatnonzero(plane.any(axis=0))
                boxes.append((rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1))
        if not boxes:
            return None
        height, width = np.percentile(np.array(boxes, dtype=float), 75, axis=0)
        _, rows, columns = np.nonzero(mask)
        return cls(float(rows.mean()), float(columns.mean()), float(height), float(width))

    def look(
        self, frames: NDArray[Any], size: int, heart_px: float, percentiles: tuple[float, float]
    ) -> Tensor:
        """Frames (n, row, column) as (n, 1, size, size), the ventricle ``heart_px`` wide and high,
        clipped to the percentiles of what lies near it, zero mean and unit variance."""
        rows, columns = frames.shape[1:]
        values = np.asarray(frames, dtype=np.float32)
        top, bottom = self._reach(self.row, self.height, rows)
        left, right = self._reach(self.column, self.width, columns)
        near = values[:, top:bottom, left:right]
        low, high = np.percentile(near, percentiles, axis=(1, 2), keepdims=True)
        values = np.clip(values, low, np.maximum(high, low + 1e-3)).astype(np.float32)
        where = self._native_of(size, heart_px, rows, columns).expand(len(values), -1, -1, -1)
        seen = F.grid_sample(
            torch.from_numpy(values)[:, None],
            where,
            mode="bilinear",
            padding_mode="border",
            align_corners=False,
        )
        return standardise(seen)

    def look_at_labels(self, labels: NDArray[np.uint8], size: int, heart_px: float) -> Tensor:
        """Labels (n, row, column) in the same frame, by nearest pixel, as uint8."""
        where = self._native_of(size, heart_px, *labels.shape[1:]).expand(len(labels), -1, -1, -1)
        seen = F.grid_sample(
            torch.from_numpy(labels.astype(np.float32))[:, None],
            where,
            mode="nearest",
            padding_mode="zeros",
            align_corners=False,
        )
        return seen[:, 0].round().to(torch.uint8)

    def back(self, seen: Tensor, heart_px: float, shape: tuple[int, int]) -> Tensor:
        """Values (n, channels, size, size) of the frame on the native pixels, linearly; those that
        the frame doesn't reach get its border's."""
        size = seen.shape[-1]
        y = (torch.arange(shape[0], dtype=torch.float32) - self.row) / self.height
        x = (torch.arange(shape[1], dtype=torch.float32) - self.column) / self.width
        yy, xx = torch.meshgrid(y, x, indexing="ij")
        where = torch.stack([xx, yy], dim=-1) * (2 * heart_px / size)
        return F.grid_sample(
            seen,
            where.expand(len(seen), -1, -1, -1),
            mode="bilinear",
            padding_mode="border",
            align_corners=False,
        )

    def _native_of(self, size: int, heart_px: float, rows: int, columns: int) -> Tensor:
        """Where each pixel of the frame lies in the image, as grid_sample wants it."""
        axis = (torch.arange(size, dtype=torch.float32) + 0.5 - size / 2) / heart_px
        y = (axis * self.height + self.row + 0.5) * 2 / rows - 1
        x = (axis * self.width + self.column + 0.5) * 2 / columns - 1
        yy, xx = torch.meshgrid(y, x, indexing="ij")
        return torch.stack([xx, yy], dim=-1)[None]

    @staticmethod
    def _reach(middle: float, size: float, length: int) -> tuple[int, int]:
        first = max(0, round(middle - NEAR * size))
        return first, min(length, round(middle + NEAR * size) + 1)
