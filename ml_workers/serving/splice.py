"""A changed outline whose unchanged stretches are the contour's own points, to the last digit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from skimage.measure import find_contours

from cmrkit.contracts.labels import Polygon
from cmrkit.geometry import polygon_area_px

SAME_PX = 0.3  # closer than this to the contour, the outline is the contour
LEAST_RUN = 4  # points: a shorter stretch that only crosses the contour counts as changed
STEP_PX = 2.5  # between the new points
SMOOTH = 1.6  # points of the outline, which lie 0.5 to 1 pixel apart
LEAST_AREA_PX = 8.0

Points = NDArray[np.float64]


@dataclass(frozen=True)
class _On:
    """Where points of the outline lie on the contour: distance in pixels, which part, and the
    number of the vertex before plus the fraction of the way to the next."""

    away_px: Points
    part: NDArray[np.intp]
    at: Points


def outlines(depth: Points, parts: Sequence[Polygon]) -> tuple[Polygon, ...]:
    """Outlines of where ``depth`` (row, column) is positive, as polygons of (column, row), largest
    first; where they run along ``parts`` they have the points of those."""
    found = []
    for contour in find_contours(np.pad(depth, 1, constant_values=depth.min()), 0.0):
        ring = contour[:-1, ::-1] - 1.0
        if len(ring) >= 3:
            found.append(_spliced(ring, parts))
    wanted = [p for p in found if len(p) >= 3 and _area_px(p) >= LEAST_AREA_PX]
    return tuple(sorted(wanted, key=_area_px, reverse=True))


def _area_px(polygon: Polygon) -> float:
    return polygon_area_px([polygon])


def _spliced(ring: Points, parts: Sequence[Polygon]) -> Polygon:
    if not parts:
        return _polygon([_thinned(_smooth(ring))])
    on = _project(ring, parts)
    same = _long_runs(on.away_px < SAME_PX)
    if same.all():
        part = parts[int(np.bincount(on.part).argmax())]
        return tuple((float(x), float(y)) for x, y in part)
    if not same.any():
        return _polygon([_thinned(_smooth(ring))])
    first = int(np.flatnonzero(~same & np.roll(same, 1))[0])
    order = np.roll(np.arange(len(ring)), -first)
    smooth = _smooth(ring)
    pieces = []
    for run in np.split(order, np.flatnonzero(np.diff(same[order].astype(int))) + 1):
        if same[run[0]] and (on.part[run] == on.part[run[0]]).all():
            pieces.append(_own_points(parts[on.part[run[0]]], on.at[run]))
        else:
            pieces.append(_thinned(smooth[run]))
    return _polygon(pieces)


def _project(ring: Points, parts: Sequence[Polygon]) -> _On:
    best = np.full(len(ring), np.inf)
    which = np.zeros(len(ring), dtype=np.intp)
    where = np.zeros(len(ring))
    for index, part in enumerate(parts):
        starts = np.asarray(part, dtype=float)
        along = np.roll(starts, -1, axis=0) - starts
        length2 = np.maximum((along**2).sum(axis=1), 1e-12)
        fraction = (((ring[:, None] - starts) * along).sum(axis=2) / length2).clip(0, 1)
        away = np.hypot(*np.moveaxis(ring[:, None] - starts - fraction[..., None] * along, 2, 0))
        segment = away.argmin(axis=1)
        rows = np.arange(len(ring))
        nearer = away[rows, segment] < best
        best[nearer] = away[rows, segment][nearer]
        which[nearer] = index
        where[nearer] = (segment + fraction[rows, segment])[nearer]
    return _On(best, which, where)


def _long_runs(same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the stretches of fewer than LEAST_RUN points, round the ring."""
    if same.all() or not same.any():
        return same
    first = int(np.flatnonzero(~same)[0])
    rolled = np.roll(same, -first)
    for run in np.split(np.arange(len(same)), np.flatnonzero(np.diff(rolled.astype(int))) + 1):
        if rolled[run[0]] and len(run) < LEAST_RUN:
            rolled[run] = False
    return np.roll(rolled, first)


def _own_points(part: Polygon, at: Points) -> Points:
    """The part's vertices between the first and the last of ``at``, in the order of ``at``."""
    n = len(part)
    steps = (np.diff(at) + n / 2) % n - n / 2
    travelled = float(steps.sum())
    start, end = float(at[0]), float(at[0]) + travelled
    if travelled >= 0:
        wanted = np.arange(np.ceil(start), np.floor(end) + 1)
    else:
        wanted = np.arange(np.floor(start), np.ceil(end) - 1, -1)
    own: Points = np.asarray(part, dtype=float)[wanted.astype(int) % n].reshape(-1, 2)
    return own


def _smooth(ring: Points) -> Points:
    smooth: Points = gaussian_filter1d(ring, SMOOTH, axis=0, mode="wrap")
    return smooth


def _thinned(points: Points) -> Points:
    """Points about STEP_PX apart, not at the very ends: the contour's own come next."""
    steps = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    n = max(1, round(along[-1] / STEP_PX))
    at = (np.arange(n) + 0.5) * along[-1] / n
    thin: Points = np.column_stack([np.interp(at, along, points[:, k]) for k in (0, 1)])
    return thin


def _polygon(pieces: Sequence[Points]) -> Polygon:
    points = np.concatenate(pieces)
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in points)
