"""How far a pixel's centre lies inside a contour, finely enough to draw the contour again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.contracts.labels import Polygon
from cmrkit.geometry import rasterise
from ml_workers.serving.refusals import BadStrokes

MOST_WORK = 10_000_000  # pixels near the outline × points of it; a large heart has a tenth
BAND_PX = 2.0  # beyond this the distance is cut off: it says inside or outside, no more


def depth_px(parts: Sequence[Polygon], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Distance in pixels of each pixel's centre from the outline, positive inside, cut off at
    ±``BAND_PX``. ``parts`` are polygons of (column, row); holes by even-odd."""
    inside = rasterise(parts, shape).astype(bool)
    depth = np.where(inside, BAND_PX, -BAND_PX)
    if not parts:
        return depth
    margin = int(BAND_PX) + 1
    near = ndimage.binary_dilation(inside, iterations=margin)
    near &= ~ndimage.binary_erosion(inside, iterations=margin)
    rows, columns = np.nonzero(near)
    if len(rows) * sum(map(len, parts)) > MOST_WORK:
        raise BadStrokes("The contour is too long and winding to be corrected.")
    starts = np.concatenate([np.asarray(part, dtype=float) for part in parts])
    ends = np.concatenate([np.roll(np.asarray(part, dtype=float), -1, axis=0) for part in parts])
    along = ends - starts
    length2 = np.maximum((along**2).sum(axis=1), 1e-12)
    to = np.stack([columns, rows], axis=1)[:, None] - starts
    at = np.clip((to * along).sum(axis=2) / length2, 0.0, 1.0)
    away = np.sqrt(((to - at[..., None] * along) ** 2).sum(axis=2)).min(axis=1)
    depth[near] = np.minimum(away, BAND_PX) * np.where(inside[near], 1.0, -1.0)
    return depth
