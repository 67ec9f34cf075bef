"""Where a pixel lies in the patient (DICOM LPS, millimetres)."""

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import StackMeta
from cmrkit.errors import InvalidGeometry


def stack_normal(
    row_direction: tuple[float, float, float], column_direction: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Unit normal, row direction cosines × column direction cosines (DICOM PS3.3 C.7.6.2.1.1).

    Raises InvalidGeometry where the two are not perpendicular unit vectors (tolerance 1e-3).
    """
    row, column = np.asarray(row_direction), np.asarray(column_direction)
    lengths = np.array([np.linalg.norm(row), np.linalg.norm(column)])
    if np.abs(lengths - 1).max() > 1e-3 or abs(float(row @ column)) > 1e-3:
        raise InvalidGeometry("ImageOrientationPatient needs two perpendicular unit vectors.")
    normal = np.cross(row, column)
    return np.asarray(normal / np.linalg.norm(normal), dtype=np.float64)


def image_to_patient(meta: StackMeta, slice_index: int) -> NDArray[np.float64]:
    """4 × 4 affine from (column, row, 0, 1) in pixels to (x, y, z, 1) in LPS millimetres.

    PixelSpacing is (between rows, between columns): the column index moves along the row
    direction by the second value (DICOM PS3.3 C.7.6.2.1.1).
    """
    between_rows, between_columns = meta.pixel_spacing_mm
    if between_rows <= 0 or between_columns <= 0:
        raise InvalidGeometry("PixelSpacing must be positive.")
    affine = np.eye(4)
    affine[:3, 0] = np.asarray(meta.row_direction) * between_columns
    affine[:3, 1] = np.asarray(meta.column_direction) * between_rows
    affine[:3, 2] = stack_normal(meta.row_direction, meta.column_direction)
    affine[:3, 3] = meta.slice_positions_mm[slice_index]
    return affine


def patient_to_image(meta: StackMeta, slice_index: int) -> NDArray[np.float64]:
    """Inverse of :func:`image_to_patient`; the third value is the distance to the plane in mm."""
    return np.asarray(np.linalg.inv(image_to_patient(meta, slice_index)), dtype=np.float64)
