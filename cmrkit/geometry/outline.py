"""From a mask or a probability map to smooth polygons."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from skimage.measure import find_contours

from cmrkit.contracts.labels import Polygon

_STEP_PX = 2.5  # distance between kept points: fine enough for 0.99 Dice, light enough to drag
_SMOOTH_PX = 1.2  # takes the stairs of a mask off


def mask_to_polygons(
    mask: NDArray[np.generic], *, min_area_px: float = 8.0, level: float = 0.5
) -> tuple[Polygon, ...]:
    """Outlines of a mask (bool) or probability map (0..1), shape (rows, columns).

    Returns polygons of (column, row), (0, 0) the centre of the first pixel; holes are parts of
    their own (even-odd). Marching squares at ``level``, light smoothing along the contour, points
    about 2.5 pixels apart, then scaled about the centroid so that each keeps its area. Parts
    below ``min_area_px`` are left out.
    """
    padded = np.pad(np.asarray(mask, dtype=np.float64), 1)
    polygons = []
    for contour in find_contours(padded, level):
        points = contour[:-1, ::-1] - 1.0  # (row, column) of the padded map -> (column, row)
        area = _shoelace(points)
        if len(points) >= 3 and abs(area) >= min_area_px:
            polygons.append(_thinned(points, area))
    polygons.sort(key=lambda p: -abs(_shoelace(np.asarray(p))))
    return tuple(polygons)


def _thinned(points: NDArray[np.float64], area: float) -> Polygon:
    steps = np.hypot(*(np.roll(points, -1, axis=0) - points).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    closed = np.vstack([points, points[:1]])
    n_fine = max(12, round(along[-1] / 0.5))
    fine_at = np.linspace(0, along[-1], n_fine, endpoint=False)
    fine = np.column_stack([np.interp(fine_at, along, closed[:, k]) for k in (0, 1)])
    spacing = along[-1] / n_fine
    fine = gaussian_filter1d(fine, _SMOOTH_PX / spacing, axis=0, mode="wrap")
    n_kept = max(8, round(along[-1] / _STEP_PX))
    kept = fine[np.round(np.linspace(0, n_fine, n_kept, endpoint=False)).astype(int)]
    now = _shoelace(kept)
    centre = kept.mean(axis=0)
    if abs(now) > 1e-9:
        kept = centre + (kept - centre) * np.sqrt(abs(area / now))
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in kept)


def _shoelace(points: NDArray[np.float64]) -> float:
    x, y = points.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)
