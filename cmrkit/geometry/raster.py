"""The one rasteriser. ``frontend/src/cmr/raster.ts`` is its twin; both pass the same fixtures."""

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry
from cmrkit.geometry.edges import Parts, edges_of


def rasterise(parts: Parts, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels whose centre lies inside, by the even-odd rule.

    parts: polygons of (column, row) in pixels, (0, 0) the centre of the first pixel, closed
    without repeating the first point. shape: (rows, columns). Returns bool (rows, columns).

    Ties are half-open: an edge from y1 to y2 belongs to the rows with min(y1, y2) <= row <
    max(y1, y2), and a crossing at x turns over the pixels with column >= x. So a centre on a left
    or upper border is inside, one on a right or lower border outside, and touching polygons share
    no pixel. Raises InvalidGeometry for coordinates that are not finite or an empty shape.
    """
    n_rows, n_columns = shape
    if n_rows < 1 or n_columns < 1:
        raise InvalidGeometry("A mask needs at least one row and one column.")
    turns = np.zeros((n_rows, n_columns + 1), dtype=np.int32)
    for x1, y1, x2, y2 in edges_of(parts):
        low, high = (y1, y2) if y1 < y2 else (y2, y1)
        first, last = max(0, int(np.ceil(low))), min(n_rows - 1, int(np.ceil(high)) - 1)
        if first > last:
            continue
        rows = np.arange(first, last + 1)
        x = x1 + (rows - y1) / (y2 - y1) * (x2 - x1)
        columns = np.clip(np.ceil(x), 0, n_columns).astype(np.intp)
        np.add.at(turns, (rows, columns), 1)
    inside: NDArray[np.bool_] = np.cumsum(turns[:, :-1], axis=1) % 2 == 1
    return inside
