"""Distances between the borders of two masks: the one pinned definition."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt

from cmrkit.agreement.overlap import one_shape
from cmrkit.errors import InvalidGeometry

Distances = NDArray[np.float64]


@dataclass(frozen=True)
class SurfaceDistances:
    """Millimetres. ``hd_mm``: the largest distance. ``hd95_mm``: the 95th percentile (linear
    interpolation) and ``mean_mm``: the mean, of the distances of both directions *pooled*.
    ``n``: how many distances were pooled."""

    hd_mm: float
    hd95_mm: float
    mean_mm: float
    n: int


def surface_distances(
    a: NDArray[np.bool_], b: NDArray[np.bool_], spacing_mm: tuple[float, ...]
) -> SurfaceDistances | None:
    """Hausdorff distance, its 95th percentile and the mean surface distance.

    a, b: boolean arrays of one shape, any number of axes, e.g. (rows, columns) or (slices, rows,
    columns). spacing_mm: millimetres between pixel centres along each axis; the axes must be
    perpendicular, as those of an oblique stack are in its own frame. Border: pixels of the mask
    with a neighbour outside across a face; what lies beyond the array is outside. From every
    border pixel of one mask to the nearest of the other, centre to centre, both directions.

    None where either mask is empty: a distance to nothing is not defined, and no number stands in
    for it. Raises InvalidGeometry where shapes differ or a spacing is not positive.

    Source: Huttenlocher 1993 (Hausdorff), Heimann 2009 (symmetric mean); pooling before the
    percentile, and not the larger of two percentiles, is this code's choice.
    """
    one_shape(a, b)
    if len(spacing_mm) != a.ndim or not all(np.isfinite(s) and s > 0 for s in spacing_mm):
        raise InvalidGeometry("Distances need one positive spacing for each axis.")
    if not a.any() or not b.any():
        return None
    border_a, border_b = border(a), border(b)
    return pooled(
        distance_transform_edt(~border_b, sampling=spacing_mm)[border_a],
        distance_transform_edt(~border_a, sampling=spacing_mm)[border_b],
    )


def pooled(to_b: Distances, to_a: Distances) -> SurfaceDistances:
    """The three numbers from the distances of both directions; neither may be empty."""
    every = np.sort(np.concatenate([to_b, to_a]))
    at = 0.95 * (len(every) - 1)
    below = int(at)
    above = min(below + 1, len(every) - 1)
    return SurfaceDistances(
        hd_mm=float(every[-1]),
        hd95_mm=float(every[below] + (at - below) * (every[above] - every[below])),
        mean_mm=float(every.mean()),
        n=len(every),
    )


def border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of the mask with a neighbour outside across a face."""
    edge: NDArray[np.bool_] = mask & ~binary_erosion(mask)
    return edge


def hausdorff95_mm(
    a: NDArray[np.bool_], b: NDArray[np.bool_], spacing_mm: tuple[float, ...]
) -> float | None:
    """``hd95_mm`` of :func:`surface_distances`."""
    found = surface_distances(a, b, spacing_mm)
    return None if found is None else found.hd95_mm
