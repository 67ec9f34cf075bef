"""How far a stored contour lies from what was drawn, in pixels of the image.

Polygons are closed, in image (column, row) with (0, 0) at the centre of the first pixel. Nothing
here shares code with the viewer or with cmrkit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
STEP_PX = 0.05  # distance of the samples along an outline
MEAN_PX, LARGEST_PX = 0.1, 0.3  # what a drawing tool may be off by


@dataclass(frozen=True)
class Offset:
    """Where the stored contour lies, as seen from the drawn one.

    ``mean_outward_px`` is positive where the stored one lies outside; ``shift_px`` is the movement
    of the centroid (columns, rows), which a translation shows and the mean over a closed outline
    hides; ``largest_px`` is the Hausdorff distance of the two outlines.
    """

    mean_outward_px: float
    shift_px: tuple[float, float]
    largest_px: float


def offset(drawn: Sequence[Sequence[float]], stored: Sequence[Sequence[float]]) -> Offset:
    """Compare two closed polygons, each of 3 points or more."""
    a, b = (np.asarray(p, dtype=float) for p in (drawn, stored))
    on_a, on_b = _along(a), _along(b)
    from_b = _distance(on_b, a)
    outward = np.where(_inside(on_b, a), -from_b, from_b)
    shift = _centroid(b) - _centroid(a)
    return Offset(
        float(outward.mean()),
        (float(shift[0]), float(shift[1])),
        float(max(from_b.max(), _distance(on_a, b).max())),
    )


def assert_follows(drawn: Sequence[Sequence[float]], stored: Sequence[Sequence[float]]) -> Offset:
    """The stored polygon is the drawn one: mean signed offset and largest within the bounds."""
    found = offset(drawn, stored)
    mean = max(abs(v) for v in (found.mean_outward_px, *found.shift_px))
    assert mean <= MEAN_PX, found
    assert found.largest_px <= LARGEST_PX, found
    return found


def circle(centre: tuple[float, float], radius_px: float, n: int = 72) -> list[tuple[float, float]]:
    """Points on a circle, anticlockwise on paper, not closed by a repeated point."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    x, y = centre[0] + radius_px * np.cos(angle), centre[1] + radius_px * np.sin(angle)
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def area_px(polygon: Sequence[Sequence[float]]) -> float:
    """The shoelace formula: right for outlines that don't cross themselves."""
    x, y = np.asarray(polygon, dtype=float).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def _along(polygon: Points) -> Points:
    """Samples ``STEP_PX`` apart or nearer on every edge."""
    samples = []
    for p, q in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        n = max(1, int(np.ceil(np.hypot(*(q - p)) / STEP_PX)))
        samples.append(p + np.arange(n)[:, None] / n * (q - p))
    return np.concatenate(samples)


def _distance(points: Points, polygon: Points) -> Points:
    """Of each point to the nearest edge."""
    nearest = np.full(len(points), np.inf)
    for p, q in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        edge = q - p
        length2 = float(edge @ edge)
        t = np.clip((points - p) @ edge / length2, 0, 1) if length2 else np.zeros(len(points))
        gap = points - (p + t[:, None] * edge)
        nearest = np.minimum(nearest, np.hypot(gap[:, 0], gap[:, 1]))
    return nearest


def _inside(points: Points, polygon: Points) -> NDArray[np.bool_]:
    """Even-odd."""
    x, y = points[:, 0], points[:, 1]
    inside = np.zeros(len(points), dtype=bool)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        between = (min(y1, y2) <= y) & (y < max(y1, y2))
        inside ^= between & (x < x1 + (y - y1) / (y2 - y1) * (x2 - x1))
    return inside


def _centroid(polygon: Points) -> Points:
    """Of the area, not of the points."""
    following = np.roll(polygon, -1, axis=0)
    cross = polygon[:, 0] * following[:, 1] - following[:, 0] * polygon[:, 1]
    return np.asarray(((polygon + following) * cross[:, None]).sum(axis=0) / (3 * cross.sum()))
