"""Distances between many pairs of borders at once."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from cmrkit.agreement.spans import Drawn, Ints, blocks, gathered
from cmrkit.agreement.surface import SurfaceDistances, pooled

_NEAR_PX = 6  # readers rarely differ by more; what lies farther is measured one by one
_AT_ONCE = 256  # pairs: some megabytes


def border_distances(
    a: Drawn, b: Drawn, of_a: Ints, of_b: Ints, spacing_mm: tuple[float, float]
) -> list[SurfaceDistances]:
    """:func:`cmrkit.agreement.surface.surface_distances` of structure ``of_a[i]`` of ``a`` and
    ``of_b[i]`` of ``b``, none of them empty. spacing_mm: (between rows, between columns).

    Around every border pixel places are looked up in the order of their distance; the first that
    is on the other border is the nearest.
    """
    found: list[SurfaceDistances] = []
    for some in blocks(len(of_a), _AT_ONCE):
        found += _of_block(a, b, of_a[some], of_b[some], spacing_mm)
    return found


@lru_cache(maxsize=64)
def _around(spacing_mm: tuple[float, float]) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """(rows, columns, mm) of all places no farther than _NEAR_PX of the smaller spacing, nearest
    first; whatever is not among them is farther."""
    reach = _NEAR_PX * min(spacing_mm)
    most = [int(reach / step) for step in spacing_mm]
    rows, columns = np.mgrid[-most[0] : most[0] + 1, -most[1] : most[1] + 1].reshape(2, -1)
    far = np.sqrt((rows * spacing_mm[0]) ** 2 + (columns * spacing_mm[1]) ** 2)
    order = np.argsort(far, kind="stable")
    order = order[far[order] <= reach]
    return rows[order].astype(np.intp), columns[order].astype(np.intp), far[order]


def _of_block(
    a: Drawn, b: Drawn, of_a: Ints, of_b: Ints, spacing_mm: tuple[float, float]
) -> list[SurfaceDistances]:
    n = len(of_a)
    sides = []
    for drawn, wanted in ((a, of_a), (b, of_b)):
        place, pair = gathered(drawn.border_from, wanted)
        sides.append((pair, drawn.border_rows[place], drawn.border_columns[place]))
    steps = [_steps(sides[0], sides[1], spacing_mm), _steps(sides[1], sides[0], spacing_mm)]
    pairs = np.concatenate([sides[0][0], sides[1][0]])
    step = np.concatenate(steps)
    apart = set(pairs[step < 0].tolist())
    mm = _around(spacing_mm)[2]
    near = step >= 0
    counts = np.bincount(pairs[near] * len(mm) + step[near], minlength=n * len(mm))
    found = _pooled_counts(counts.reshape(n, len(mm)), mm)
    for i in sorted(apart):
        one, two = (
            np.stack([row[pair == i], column[pair == i]], axis=1) * np.array(spacing_mm)
            for pair, row, column in sides
        )
        squared = cdist(one, two, "sqeuclidean")
        found[i] = pooled(np.sqrt(squared.min(axis=1)), np.sqrt(squared.min(axis=0)))
    return found


Points = tuple[Ints, Ints, Ints]  # pair, row, column


def _steps(points: Points, others: Points, spacing_mm: tuple[float, float]) -> Ints:
    """For every point which of the places around it is the first with one of the others of its
    pair; -1 where none is."""
    rows, columns, _ = _around(spacing_mm)
    edge_r, edge_c = int(rows.max()), int(columns.max())
    top, left = (min(points[k].min(), others[k].min()) for k in (1, 2))
    height, width = (
        max(points[k].max(), others[k].max()) - low + 1 + 2 * edge
        for k, low, edge in ((1, top, edge_r), (2, left, edge_c))
    )
    canvas = np.zeros((int(max(points[0].max(), others[0].max())) + 1) * height * width, np.bool_)

    def at(side: Points) -> Ints:
        pair, row, column = side
        return np.asarray((pair * height + row - top + edge_r) * width + column - left + edge_c)

    canvas[at(others)] = True
    places = at(points)
    step = np.full(len(places), -1, dtype=np.intp)
    open_ones = np.arange(len(places))
    for k, move in enumerate(rows * width + columns):
        hit = canvas[places + move]
        step[open_ones[hit]] = k
        open_ones, places = open_ones[~hit], places[~hit]
        if not len(places):
            break
    return step


def _pooled_counts(counts: NDArray[np.intp], mm: NDArray[np.float64]) -> list[SurfaceDistances]:
    """:func:`cmrkit.agreement.surface.pooled` of distances that are counted: counts[i, k] times
    mm[k], which is in ascending order."""
    n = counts.sum(axis=1)
    upto = np.cumsum(counts, axis=1)
    at = 0.95 * (n - 1)
    below = at.astype(np.intp)
    above = np.minimum(below + 1, n - 1)
    low, high, last = (
        mm[np.argmax(upto > place[:, None], axis=1)] for place in (below, above, n - 1)
    )
    hd95 = low + (at - below) * (high - low)
    mean = counts @ mm / np.maximum(n, 1)
    return [
        SurfaceDistances(*row)
        for row in zip(last.tolist(), hd95.tolist(), mean.tolist(), n.tolist(), strict=True)
    ]
