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
    return rasterise_box(parts, (0, 0), shape)


def rasterise_box(
    parts: Parts, origin: tuple[int, int], shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """The same pixels as :func:`rasterise`, of a window alone: ``origin`` is the (row, column) of
    its first pixel and may lie outside the image, ``shape`` its (rows, columns)."""
    n_rows, n_columns = shape
    if n_rows < 1 or n_columns < 1:
        raise InvalidGeometry("A mask needs at least one row and one column.")
    edges = edges_of(parts)
    if not len(edges):
        return np.zeros(shape, dtype=np.bool_)
    _, rows, columns = turns_of(edges, origin, shape)
    places = rows * (n_columns + 1) + columns
    turns = np.bincount(places, minlength=n_rows * (n_columns + 1))
    inside: NDArray[np.bool_] = (
        np.cumsum(turns.reshape(n_rows, n_columns + 1)[:, :-1], axis=1) % 2 == 1
    )
    return inside


def turns_of(
    edges: NDArray[np.float64], origin: tuple[int, int], shape: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Where edges cross the rows of a window: (edge, row, column), row and column counted from
    ``origin``. From that column on, the pixels of the row turn from outside to inside or back.
    A column of ``shape[1]`` is beyond the window. A closed part crosses every row an even number
    of times."""
    n_rows, n_columns = shape
    x1, y1, x2, y2 = edges.T
    first = np.maximum(np.ceil(np.minimum(y1, y2)), origin[0])
    last = np.minimum(np.ceil(np.maximum(y1, y2)) - 1, origin[0] + n_rows - 1)
    counts = np.maximum(last - first + 1, 0).astype(np.intp)
    edge = np.repeat(np.arange(len(edges)), counts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = first[edge] + step
    x = x1[edge] + (rows - y1[edge]) / (y2[edge] - y1[edge]) * (x2[edge] - x1[edge])
    columns = np.clip(np.ceil(x) - origin[1], 0, n_columns).astype(np.intp)
    return edge, (rows - origin[0]).astype(np.intp), columns
