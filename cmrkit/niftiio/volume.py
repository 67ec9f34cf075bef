"""A volume on its way to DICOM: stored values, planes in the patient, times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts.stack import Vector3


@dataclass(frozen=True)
class ImageVolume:
    """``stored`` (slice, phase, row, column), uint16 or int16; value = stored × ``slope`` +
    ``intercept``. Positions and directions in LPS mm; ``pixel_spacing_mm`` between rows, then
    between columns. ``trigger_ms`` has one time per phase, None where a volume has no time axis.
    ``spacing_assumed`` and ``timing_assumed`` say that nobody stated them."""

    stored: NDArray[np.integer]
    slope: float
    intercept: float
    row_direction: Vector3
    column_direction: Vector3
    slice_positions_mm: tuple[Vector3, ...]
    pixel_spacing_mm: tuple[float, float]
    slice_spacing_mm: float
    spacing_assumed: bool
    trigger_ms: tuple[float | None, ...]
    rr_ms: float | None
    timing_assumed: bool

    @property
    def is_exact(self) -> bool:
        """Whether the values are stored without scaling."""
        return self.slope == 1.0 and self.intercept == 0.0


@dataclass(frozen=True)
class LabelVolume:
    """``values`` (slice, phase, row, column), whole numbers; ``affine`` leads from (column, row,
    slice, 1) to LPS mm. ``placed`` is False where the file states no position at all."""

    values: NDArray[np.integer]
    affine: NDArray[np.float64]
    placed: bool
