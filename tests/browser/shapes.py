"""What the contour tools must make of mouse positions, worked out a second time.

Image pixels (column, row); pixels are taken as square. Nothing here shares code with the viewer.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

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
