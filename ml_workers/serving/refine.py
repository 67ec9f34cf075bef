"""A contour corrected by a person's clicks and scribbles: only near them, and only to the side that
they ask for."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse.linalg import MatrixRankWarning
from skimage.segmentation import random_walker

from cmrkit.contracts.labels import Polygon
from ml_workers.serving.distance import BAND_PX, depth_px
from ml_workers.serving.splice import outlines

Mask = NDArray[np.bool_]
REACH = 4.0  # of the distance between the stroke and what the contour had right
REACH_MORE_MM = 3.0
LEAST_REACH_MM, MOST_REACH_MM = 5.0, 25.0
NEW_GAP_MM = 8.0  # taken for that distance where there is no contour to start from
CORE = 0.6  # of that distance: around the stroke, what is as bright goes with it
AS_BRIGHT = 0.1  # of the image's range
BETA = 600.0  # how much a step in brightness or probability holds the walker up
SHARE_WEIGHT = 1.0  # of the network's probability beside the image's brightness


@dataclass(frozen=True)
class Stroke:
    """A click (one point) or a scribble in image pixels, (column, row): what it goes over belongs
    to the structure (``include``) or doesn't."""

    include: bool
    points: tuple[tuple[float, float], ...]


def refine(
    image: NDArray[np.floating],
    share: NDArray[np.floating],
    parts: Sequence[Polygon],
    strokes: Sequence[Stroke],
    spacing_mm: tuple[float, float],
) -> tuple[Polygon, ...]:
    """The contour after the last of the strokes; those before it are kept to.

    ``image`` and ``share``, the network's probability of the structure, are (row, column);
    ``parts`` are what the strokes before the last one made; ``spacing_mm`` is between rows and
    between columns. An including stroke takes nothing away and an excluding one adds nothing, and
    neither changes what is farther away than its reach.
    """
    given = tuple(tuple(part) for part in parts)
    window = _window(given, strokes[-1], image.shape, spacing_mm)
    if window is None:
        return given
    row, column = window[0].start, window[1].start
    found = _refined(
        image[window],
        share[window],
        _moved(given, -column, -row),
        [Stroke(s.include, _moved((s.points,), -column, -row)[0]) for s in strokes],
        spacing_mm,
    )
    return given if found is None else _rounded(_moved(found, column, row))


def _window(
    parts: tuple[Polygon, ...],
    stroke: Stroke,
    shape: tuple[int, ...],
    spacing_mm: tuple[float, float],
) -> tuple[slice, slice] | None:
    """The rows and columns that the contour and the stroke's reach take up; None for a stroke
    beside the image. Large images take no longer than small ones."""
    points = np.asarray([p for part in parts for p in part] + list(stroke.points), dtype=float)
    found = []
    for n, mm, at in zip(shape, spacing_mm, (points[:, 1], points[:, 0]), strict=True):
        margin = MOST_REACH_MM / mm + 4
        low, high = max(0, int(at.min() - margin)), min(n, int(at.max() + margin) + 1)
        if high - low < 2:
            return None
        found.append(slice(low, high))
    return found[0], found[1]


def _moved(parts: Sequence[Polygon], column: float, row: float) -> tuple[Polygon, ...]:
    return tuple(tuple((x + column, y + row) for x, y in part) for part in parts)


def _rounded(parts: tuple[Polygon, ...]) -> tuple[Polygon, ...]:
    return tuple(tuple((round(x, 3), round(y, 3)) for x, y in part) for part in parts)


def _refined(
    image: NDArray[np.floating],
    share: NDArray[np.floating],
    parts: tuple[Polygon, ...],
    strokes: Sequence[Stroke],
    spacing_mm: tuple[float, float],
) -> tuple[Polygon, ...] | None:
    """``refine`` on a part of the image; None where nothing changes."""
    shape = (image.shape[0], image.shape[1])
    depth = depth_px(parts, shape)
    stroke = strokes[-1]
    drawn = pixels_of(stroke, shape)
    inside = depth > 0
    open_to = ~inside if stroke.include else inside
    if not (drawn & open_to).any():
        return None
    against = np.zeros(shape, dtype=bool)
    for earlier in strokes[:-1]:
        if earlier.include != stroke.include:
            against |= pixels_of(earlier, shape)
    changed = _walk(image, share, open_to, drawn & open_to, against, spacing_mm)
    moved = 2 * BAND_PX * (changed - 0.5)
    depth = np.maximum(depth, moved) if stroke.include else np.minimum(depth, -moved)
    return outlines(_tidied(depth, drawn if stroke.include else None, inside), parts)


def pixels_of(stroke: Stroke, shape: tuple[int, int]) -> Mask:
    """The pixels that a stroke goes over."""
    drawn = np.zeros(shape, dtype=bool)
    points = np.clip(np.asarray(stroke.points, dtype=float), -1, [shape[1], shape[0]])
    for start, end in zip(points, np.vstack([points[1:], points[-1:]]), strict=True):
        n = int(np.ceil(np.abs(end - start).max() * 2)) + 1
        column, row = np.linspace(start, end, n).round().astype(int).T
        fits = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1])
        drawn[row[fits], column[fits]] = True
    return drawn


def _walk(
    image: NDArray[np.floating],
    share: NDArray[np.floating],
    open_to: Mask,
    drawn: Mask,
    against: Mask,
    spacing_mm: tuple[float, float],
) -> NDArray[np.float64]:
    """Probability (row, column) that a pixel goes with the stroke, 0 where nothing may change: of
    the pixels on the stroke's side of the contour, those from which a random walk meets the stroke
    before it meets the rim of the stroke's reach."""
    to_stroke = ndimage.distance_transform_edt(~drawn, sampling=spacing_mm)
    gap = NEW_GAP_MM
    if not open_to.all():
        behind = ndimage.distance_transform_edt(open_to, sampling=spacing_mm)
        gap = float(behind[drawn].max())
    reach = min(max(REACH * gap + REACH_MORE_MM, LEAST_REACH_MM), MOST_REACH_MM)
    step = max(spacing_mm)
    window = _box(to_stroke <= reach + step)
    near = to_stroke[window]
    seeds = np.full(near.shape, -1, dtype=np.int32)  # -1: no part of it
    seeds[open_to[window] & (near <= reach + step)] = 0
    seeds[open_to[window] & (near > reach - step) & (near <= reach + step)] = 2
    seeds[against[window] & (seeds == 0)] = 2
    seeds[_grown(image, to_stroke, drawn, CORE * gap)[window] & (seeds == 0)] = 1
    seeds[drawn[window]] = 1
    out = np.zeros(image.shape)
    if not (seeds == 2).any():
        out[window] = seeds >= 0
        return out
    seeds = _reached(seeds)
    if (seeds == 0).any():
        found = _probability(image[window], share[window], seeds, spacing_mm)
    else:
        found = (seeds == 1).astype(float)
    out[window] = np.where(seeds > 0, seeds == 1, np.where(seeds == 0, found, 0.0))
    return out


def _probability(
    image: NDArray[np.floating],
    share: NDArray[np.floating],
    seeds: NDArray[np.int32],
    spacing_mm: tuple[float, float],
) -> NDArray[np.float64]:
    """Of meeting a seed 1 first. Pixels that edges shut off from both kinds of seed, so that the
    equations don't tell, are left as they are: 0."""
    values = image.astype(float)
    spread = np.subtract(*np.percentile(values, (95, 5))) or 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MatrixRankWarning)
        found: NDArray[np.float64] = random_walker(
            np.stack([values / spread, SHARE_WEIGHT * share], axis=-1),
            seeds,
            beta=BETA,
            mode="bf",
            channel_axis=-1,
            spacing=np.asarray(spacing_mm) / min(spacing_mm),
            return_full_prob=True,
        )[0]
    return np.nan_to_num(found, nan=0.0)


def _grown(
    image: NDArray[np.floating], to_stroke: NDArray[np.float64], drawn: Mask, radius_mm: float
) -> Mask:
    """The stroke and what around it is as bright and connected: a walk hardly ever meets a single
    pixel."""
    low, high = np.percentile(image, (5, 95))
    slack = AS_BRIGHT * (high - low)
    alike = (image >= image[drawn].min() - slack) & (image <= image[drawn].max() + slack)
    pieces, _ = ndimage.label((to_stroke <= radius_mm) & alike)
    return np.isin(pieces, np.unique(pieces[drawn]))


def _reached(seeds: NDArray[np.int32]) -> NDArray[np.int32]:
    """Without the pieces that no walk from a seed can enter."""
    pieces, n = ndimage.label(seeds >= 0)
    known = np.unique(pieces[seeds > 0])
    return np.where(np.isin(pieces, known), seeds, -1).astype(np.int32) if n > 1 else seeds


def _box(mask: Mask) -> tuple[slice, slice]:
    found = ndimage.find_objects(mask.astype(np.uint8))[0]
    return found[0], found[1]


def _tidied(depth: NDArray[np.float64], drawn: Mask | None, before: Mask) -> NDArray[np.float64]:
    """Without new crumbs that no stroke went over, and without new holes."""
    inside = depth > 0
    pieces, n = ndimage.label(inside)
    wanted = before if drawn is None else before | drawn
    for piece in range(1, n + 1 if n > 1 else 0):
        if not (wanted & (pieces == piece)).any():
            depth = np.where(pieces == piece, -0.01, depth)
    if drawn is not None:
        holes = ndimage.binary_fill_holes(inside) & ~inside
        depth = np.where(holes & ~ndimage.binary_fill_holes(before), 0.5, depth)
    return depth
