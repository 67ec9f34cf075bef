"""Parts of structures as one list of edges."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry

Parts = Sequence[Sequence[Sequence[float]]]


def edges_of(parts: Parts) -> NDArray[np.float64]:
    """Edges as rows (x1, y1, x2, y2), each part closed; parts of fewer than 3 points enclose
    nothing and are left out. Raises InvalidGeometry on coordinates that are not finite."""
    return edges_of_many([parts])[0]


def edges_of_many(
    structures: Iterable[Parts],
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """The edges of many structures in one array, as :func:`edges_of` gives those of one.

    Returns (edges, starts, owners): where each part begins among the edges, and the index of the
    structure that each part belongs to. Raises InvalidGeometry as :func:`edges_of` does.
    """
    found: list[NDArray[np.float64]] = []
    owners: list[int] = []
    for owner, parts in enumerate(structures):
        for part in parts:
            if len(part) < 3:
                continue
            points = np.asarray(part, dtype=np.float64)
            if points.ndim != 2 or points.shape[1] != 2:
                raise InvalidGeometry("A contour needs finite (column, row) points.")
            found.append(points)
            owners.append(owner)
    if not found:
        return np.empty((0, 4)), np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    points = np.concatenate(found)
    if not np.isfinite(points).all():
        raise InvalidGeometry("A contour needs finite (column, row) points.")
    sizes = np.array([len(part) for part in found], dtype=np.intp)
    starts = np.cumsum(sizes) - sizes
    following = np.arange(1, len(points) + 1)
    following[starts + sizes - 1] = starts
    return np.hstack([points, points[following]]), starts, np.array(owners, dtype=np.intp)
