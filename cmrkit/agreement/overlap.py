"""Overlap and distance of two masks."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt

from cmrkit.errors import InvalidGeometry


def dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float | None:
    """2|A∩B| / (|A|+|B|) (Dice 1945) of two boolean arrays of one shape; None where both are
    empty. Raises InvalidGeometry where the shapes differ."""
    if a.shape != b.shape:
        raise InvalidGeometry("Masks of different shape can't be compared.")
    total = int(a.sum()) + int(b.sum())
    return None if total == 0 else 2 * int((a & b).sum()) / total


def hausdorff95_mm(
    a: NDArray[np.bool_], b: NDArray[np.bool_], spacing_mm: tuple[float, ...]
) -> float | None:
    """95th percentile of the distances in mm between the two borders, both directions pooled
    (border: pixels of the mask with a neighbour outside, faces only). ``spacing_mm`` per axis.
    None where a mask is empty. Raises InvalidGeometry where the shapes differ."""
    if a.shape != b.shape:
        raise InvalidGeometry("Masks of different shape can't be compared.")
    if not a.any() or not b.any():
        return None
    border_a, border_b = a & ~binary_erosion(a), b & ~binary_erosion(b)
    to_b = distance_transform_edt(~border_b, sampling=spacing_mm)[border_a]
    to_a = distance_transform_edt(~border_a, sampling=spacing_mm)[border_b]
    return float(np.percentile(np.concatenate([to_a, to_b]), 95))
