"""What the contour tools must make of mouse positions, worked out a second time.

Image pixels (column, row); pixels are taken as square. Nothing here shares code with the viewer.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from tests.browser.geometry import Points

Polygon = Sequence[Sequence[float]]


def catmull_rom(points: Polygon, samples: int = 40) -> list[list[float]]:
    """The closed centripetal Catmull-Rom spline through the points (Bézier form, Yuksel 2011)."""
    p = np.asarray(points, dtype=float)
    n = len(p)
    curve = []
    for i in range(n):
        p0, p1, p2, p3 = (p[(i + k) % n] for k in (-1, 0, 1, 2))
        d1, d2, d3 = (float(np.hypot(*(b - a))) ** 0.5 for a, b in ((p0, p1), (p1, p2), (p2, p3)))
        b1 = (d1**2 * p2 - d2**2 * p0 + (2 * d1**2 + 3 * d1 * d2 + d2**2) * p1) / (
            3 * d1 * (d1 + d2)
        )
        b2 = (d3**2 * p1 - d2**2 * p3 + (2 * d3**2 + 3 * d3 * d2 + d2**2) * p2) / (
            3 * d3 * (d3 + d2)
        )
        t = np.linspace(0, 1, samples, endpoint=False)[:, None]
        curve.append(
            (1 - t) ** 3 * p1 + 3 * (1 - t) ** 2 * t * b1 + 3 * (1 - t) * t**2 * b2 + t**3 * p2
        )
    return np.concatenate(curve).tolist()


def joined_with_sweep(
    polygon: Polygon, path: Polygon, radius_px: float, centre: Sequence[float], *, joins: bool
) -> list[list[float]]:
    """A star-shaped outline after a disc went along the path: joined to it, or cut off.

    Along each ray from the centre the outline is where the ray leaves the area: found by small
    steps, no formula.
    """
    c = np.asarray(centre, dtype=float)
    reach = np.arange(0, 60, 0.01)
    out = []
    for angle in np.linspace(0, 2 * np.pi, 720, endpoint=False):
        ray = c + reach[:, None] * np.array([np.cos(angle), np.sin(angle)])
        inside = reach < _radius_along(polygon, c, angle)
        swept = _distance_to_line(ray, np.asarray(path, dtype=float)) <= radius_px
        area = inside | swept if joins else inside & ~swept
        out.append(ray[int(np.argmin(area)) if not area.all() else -1])
    return [[float(x), float(y)] for x, y in out]


def dragged(
    polygon: Polygon, start: Sequence[float], by: Sequence[float], step_px: float = 0.05
) -> list[list[float]]:
    """The outline pulled at the place nearest to ``start``: points follow by a Gaussian of their
    distance along the outline, whose width is 1.2 times the pull, 4 pixels at least."""
    fine = _dense(np.asarray(polygon, dtype=float), step_px)
    lengths = np.hypot(*(np.roll(fine, -1, axis=0) - fine).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    held = along[int(np.argmin(np.hypot(*(fine - np.asarray(start)).T)))]
    gap = np.abs(along - held)
    gap = np.minimum(gap, lengths.sum() - gap)
    width = max(4.0, 1.2 * float(np.hypot(*by)))
    moved = fine + np.exp(-0.5 * (gap / width) ** 2)[:, None] * np.asarray(by, dtype=float)
    return [[float(x), float(y)] for x, y in moved]


def livewire(image: NDArray[np.int64], seeds: Polygon) -> list[list[float]]:
    """The closed way from seed to seed along the edges of the image, by SciPy's Dijkstra.

    Cost of a pixel: 0.002 + 1 / (1 + (m/h)²), m the gradient of the image smoothed by a binomial of
    5 × 5, h the larger of its 90th percentile and a twentieth of its maximum. Pixels of the way move
    across the edge to its crest, then each is averaged with its neighbours (1, 2, 1).
    """
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    soft = image.astype(float)
    for axis in (0, 1):
        soft = ndimage.convolve1d(soft, kernel, axis=axis, mode="nearest")
    gy, gx = (ndimage.convolve1d(soft, [0.5, 0, -0.5], axis=k, mode="nearest") for k in (0, 1))
    strength = np.hypot(gx, gy)
    half = max(np.quantile(strength, 0.9), 0.05 * strength.max())
    cost = 0.002 + 1 / (1 + (strength / half) ** 2)
    outline: list[list[float]] = []
    for seed, following in zip(seeds, [*seeds[1:], seeds[0]], strict=True):
        way = _cheapest(cost, seed, following)[1:-1]
        n = np.stack([gx[way[:, 1], way[:, 0]], gy[way[:, 1], way[:, 0]]], axis=1)
        n /= np.hypot(*n.T)[:, None]
        before, here, after = (
            ndimage.map_coordinates(strength, (way + k * n)[:, ::-1].T, order=1) for k in (-1, 0, 1)
        )
        bend = before - 2 * here + after
        by = np.where(bend < 0, np.clip((before - after) / (2 * bend), -0.5, 0.5), 0)
        line = np.concatenate([[seed], way + by[:, None] * n, [following]])
        line[1:-1] = (line[:-2] + 2 * line[1:-1] + line[2:]) / 4
        outline += line[:-1].tolist()
    return outline


def _cheapest(cost: Points, start: Sequence[float], end: Sequence[float]) -> NDArray[np.int64]:
    """The pixels (column, row) of the cheapest way; entering a pixel costs, diagonally √2 as much."""
    rows, columns = cost.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    graph = sparse.coo_array((rows * columns, rows * columns))
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = number[: rows - dr, max(0, -dc) : columns - max(0, dc)].ravel()
        b = number[dr:, max(0, dc) : columns + min(0, dc)].ravel()
        length = np.hypot(dr, dc)
        for source, target in ((a, b), (b, a)):
            weight = cost.ravel()[target] * length
            graph = graph + sparse.coo_array((weight, (source, target)), shape=graph.shape)
    first, last = (round(p[1]) * columns + round(p[0]) for p in (start, end))
    _, before = csgraph.dijkstra(graph.tocsr(), indices=first, return_predecessors=True)
    way = [last]
    while way[-1] != first:
        way.append(int(before[way[-1]]))
    pixels = np.asarray(way[::-1])
    return np.stack([pixels % columns, pixels // columns], axis=1)


def _dense(polygon: Points, step_px: float) -> Points:
    runs = []
    for p, q in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        n = max(1, int(np.ceil(np.hypot(*(q - p)) / step_px)))
        runs.append(p + np.arange(n)[:, None] / n * (q - p))
    return np.concatenate(runs)


def _radius_along(polygon: Polygon, centre: Points, angle: float) -> float:
    """How far the ray from the centre goes until it leaves the outline."""
    p = np.asarray(polygon, dtype=float) - centre
    q = np.roll(p, -1, axis=0)
    way = np.array([np.cos(angle), np.sin(angle)])
    across = p[:, 0] * way[1] - p[:, 1] * way[0], q[:, 0] * way[1] - q[:, 1] * way[0]
    crosses = (across[0] <= 0) != (across[1] <= 0)
    t = across[0][crosses] / (across[0] - across[1])[crosses]
    hits = (p[crosses] + t[:, None] * (q - p)[crosses]) @ way
    return float(hits.max())


def _distance_to_line(points: Points, line: Points) -> Points:
    """Of each point to an open line; a line of one point is that point."""
    nearest = np.hypot(*(points - line[0]).T)
    for p, q in pairwise(line):
        edge = q - p
        length2 = float(edge @ edge)
        t = np.clip((points - p) @ edge / length2, 0, 1) if length2 else np.zeros(len(points))
        nearest = np.minimum(nearest, np.hypot(*(points - (p + t[:, None] * edge)).T))
    return np.asarray(nearest)
