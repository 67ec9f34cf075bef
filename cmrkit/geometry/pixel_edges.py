"""From a mask to polygons that give exactly this mask back."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts.labels import Polygon
from cmrkit.errors import InvalidGeometry

Corner = tuple[int, int]  # (column, row) of the upper left corner of a pixel


def pixel_edge_polygons(mask: NDArray[np.generic]) -> tuple[Polygon, ...]:
    """The border of a mask (rows, columns; not zero is inside) along the edges of its pixels.

    Returns polygons of (column, row), (0, 0) the centre of the first pixel, so that every vertex
    lies at a half; holes and further parts are polygons of their own (even-odd). The pinned
    rasteriser gives the same mask back, and the area is the number of pixels: no centre of a pixel
    lies on the border. Pixels that touch at a corner alone are parts of their own. The same mask
    gives the same polygons. Raises InvalidGeometry for anything but two dimensions.
    """
    inside = np.asarray(mask) != 0
    if inside.ndim != 2:
        raise InvalidGeometry("A mask has rows and columns.")
    leaving = _edges(inside)
    polygons = []
    while leaving:
        polygons.append(_without_straight_points(_walk(leaving)))
    return tuple(polygons)


def _edges(inside: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    """Start -> ends of the border's unit edges, the inside on the right of each as rows go down."""
    padded = np.pad(inside, 1)
    here = padded[1:-1, 1:-1]
    found: list[tuple[Corner, Corner]] = []
    sides = (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),  # above: to the right along the top
        (padded[1:-1, 2:], (1, 0), (1, 1)),  # right: down
        (padded[2:, 1:-1], (1, 1), (0, 1)),  # below: to the left
        (padded[1:-1, :-2], (0, 1), (0, 0)),  # left: up
    )
    for neighbour, (x1, y1), (x2, y2) in sides:
        for row, column in zip(*(v.tolist() for v in np.nonzero(here & ~neighbour)), strict=True):
            found.append(((column + x1, row + y1), (column + x2, row + y2)))
    leaving: dict[Corner, list[Corner]] = defaultdict(list)
    for start, end in sorted(found, key=lambda edge: (edge[0][1], edge[0][0], edge[1])):
        leaving[start].append(end)
    return dict(leaving)


def _walk(leaving: dict[Corner, list[Corner]]) -> list[Corner]:
    """One closed loop, taken out of ``leaving``. Where four edges meet, two pixels touch at a
    corner: turning right there keeps to the pixel at hand."""
    start = next(iter(leaving))
    at, before = start, (start[0] - 1, start[1])
    loop = []
    while True:
        loop.append(at)
        ends = leaving[at]
        ahead = (at[0] - before[0], at[1] - before[1])
        right = (at[0] - ahead[1], at[1] + ahead[0])
        nearest = right if len(ends) > 1 and right in ends else ends[0]
        ends.remove(nearest)
        if not ends:
            del leaving[at]
        before, at = at, nearest
        if at == start:
            return loop


def _without_straight_points(loop: list[Corner]) -> Polygon:
    kept = []
    for index, (x, y) in enumerate(loop):
        (x0, y0), (x2, y2) = loop[index - 1], loop[(index + 1) % len(loop)]
        if (x - x0) * (y2 - y) != (y - y0) * (x2 - x):
            kept.append((x - 0.5, y - 0.5))
    return tuple(kept)
