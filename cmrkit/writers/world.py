"""Image coordinates as points in the patient."""

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import StackMeta
from cmrkit.contracts.labels import Polygon


def patient_points_mm(meta: StackMeta, slice_index: int, part: Polygon) -> NDArray[np.float64]:
    """(n, 3) LPS mm of a polygon in (column, row) pixels; (0, 0) is the centre of the first pixel
    (PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1)."""
    points = np.asarray(part, dtype=np.float64).reshape(-1, 2)
    between_rows, between_columns = meta.pixel_spacing_mm
    found: NDArray[np.float64] = (
        np.asarray(meta.slice_positions_mm[slice_index])
        + points[:, :1] * between_columns * np.asarray(meta.row_direction)
        + points[:, 1:] * between_rows * np.asarray(meta.column_direction)
    )
    return found
