"""Areas, masks and distances of polygons, written from docs/science/rasteriser.md and agreement.md."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Parts = list[list[list[float]]]
Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def area_px(parts: Parts) -> float:
    """Exact area under the even-odd rule. Between neighbouring heights at which an edge begins,
    ends or crosses another, what is enclosed are trapezoids: width half-way up times height."""
    start, end = _edges(parts)
    if not len(start):
        return 0.0
    heights = np.unique(np.concatenate([start[:, 1], end[:, 1], _crossings(start, end)]))
    total = 0.0
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    for y0, y1 in pairwise(heights):
        y = (y0 + y1) / 2
        hit = (low <= y) & (y < high)
        a, b = start[hit], end[hit]
        x = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
        total += float((x[1::2] - x[::2]).sum()) * (y1 - y0)
    return total


def mask_of(parts: Parts, rows: int, columns: int) -> Mask:
    """Pixels whose centre is inside: the edges left of it or through it that cross its row are odd
    in number; an edge belongs to the rows from its upper end on, but not its lower."""
    start, end = _edges(parts)
    odd = np.zeros((rows, columns), dtype=bool)
    for row in range(rows):
        a, b = start, end
        hit = (np.minimum(a[:, 1], b[:, 1]) <= row) & (row < np.maximum(a[:, 1], b[:, 1]))
        a, b = a[hit], b[hit]
        crossings = a[:, 0] + (row - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        odd[row] = (crossings[:, None] <= np.arange(columns)).sum(axis=0) % 2 == 1
    return odd


def _edges(parts: Parts) -> tuple[Array, Array]:
    closed = [np.array(part, dtype=float) for part in parts if len(part) >= 3]
    if not closed:
        return np.empty((0, 2)), np.empty((0, 2))
    start = np.concatenate(closed)
    end = np.concatenate([np.roll(part, -1, axis=0) for part in closed])
    sloping = start[:, 1] != end[:, 1]
    return start[sloping], end[sloping]


def _crossings(start: Array, end: Array) -> Array:
    """Heights at which two edges cross between their ends."""
    d = end - start
    i, j = np.triu_indices(len(start), 1)
    apart = start[j] - start[i]
    below = d[i, 0] * d[j, 1] - d[i, 1] * d[j, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        along = (apart[:, 0] * d[j, 1] - apart[:, 1] * d[j, 0]) / below
        other = (apart[:, 0] * d[i, 1] - apart[:, 1] * d[i, 0]) / below
    meet = (below != 0) & (along > 0) & (along < 1) & (other > 0) & (other < 1)
    heights: Array = start[i[meet], 1] + along[meet] * d[i[meet], 1]
    return heights


@dataclass(frozen=True)
class Apart:
    """All distances of two borders in mm, both directions."""

    mm: Array

    @property
    def hd95_mm(self) -> float:
        return float(np.percentile(self.mm, 95))


def apart(a: Mask, b: Mask, spacing_mm: tuple[float, float]) -> Apart | None:
    """From every border pixel of one mask to the nearest of the other; None where one is empty."""
    if not a.any() or not b.any():
        return None
    one, two = (np.argwhere(_border(mask)) * np.array(spacing_mm) for mask in (a, b))
    to_two, _ = cKDTree(two).query(one)
    to_one, _ = cKDTree(one).query(two)
    return Apart(np.concatenate([to_two, to_one]))


def _border(mask: Mask) -> Mask:
    """Pixels with a neighbour outside across a face; beyond the image is outside."""
    wide = np.pad(mask, 1)
    inner = wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]
    edge: Mask = mask & ~inner
    return edge
