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


def ras_affine(meta: StackMeta) -> NDArray[np.float64]:
    """4 × 4 affine from (column, row, slice, 1) to (x, y, z, 1) in RAS mm, as NIfTI has it.

    The slice step leads from the first plane to the last one in equal parts, through any gap or
    tilt; a single slice steps along the normal by its thickness. RAS is LPS with x and y negated.
    How far the planes lie from it is :func:`plane_deviation_mm`.
    """
    affine = image_to_patient(meta, 0)
    positions = np.asarray(meta.slice_positions_mm, dtype=np.float64)
    if meta.n_slices > 1:
        affine[:3, 2] = (positions[-1] - positions[0]) / (meta.n_slices - 1)
    else:
        affine[:3, 2] *= meta.slice_thickness_mm or 1.0
    lps_to_ras = np.diag([-1.0, -1.0, 1.0, 1.0])
    return np.asarray(lps_to_ras @ affine, dtype=np.float64)


def plane_deviation_mm(meta: StackMeta) -> float:
    """The largest distance in mm between a slice's first pixel and where one regular grid
    (:func:`ras_affine`) puts it: what a volume format can't say of an irregular stack."""
    positions = np.asarray(meta.slice_positions_mm, dtype=np.float64)
    share = np.linspace(0, 1, meta.n_slices)[:, None]
    regular = positions[0] + share * (positions[-1] - positions[0])
    return float(np.linalg.norm(positions - regular, axis=1).max())
