"""Parts of a structure as one list of edges."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry

Parts = Sequence[Sequence[Sequence[float]]]


def edges_of(parts: Parts) -> NDArray[np.float64]:
    """Edges as rows (x1, y1, x2, y2), each part closed; parts of fewer than 3 points enclose
    nothing and are left out. Raises InvalidGeometry on coordinates that are not finite."""
    rows = []
    for part in parts:
        points = np.asarray(part, dtype=np.float64)
        if len(points) < 3:
            continue
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise InvalidGeometry("A contour needs finite (column, row) points.")
        rows.append(np.hstack([points, np.roll(points, -1, axis=0)]))
    return np.vstack(rows) if rows else np.empty((0, 4))
