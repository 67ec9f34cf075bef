"""Overlap and distance of contours without a pixel grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement.surface import SurfaceDistances, pooled
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import polygon_area_px
from cmrkit.geometry.edges import Parts, edges_of


@dataclass(frozen=True)
class AreaOverlap:
    """Areas in mm²; ``dice`` and ``jaccard`` are None where both contours enclose nothing."""

    a_mm2: float
    b_mm2: float
    both_mm2: float
    dice: float | None
    jaccard: float | None


def area_overlap(a: Parts, b: Parts, pixel_spacing_mm: tuple[float, float]) -> AreaOverlap:
    """Exact overlap of two structures drawn on one frame.

    a, b: polygons of (column, row) in pixels. pixel_spacing_mm: (between rows, between columns).
    Under the even-odd rule all parts of A and of B taken together enclose exactly what only one
    of them has, so |A∩B| = (|A| + |B| - |A△B|) / 2 with each area exact
    (:func:`cmrkit.geometry.polygon_area_px`). Raises InvalidGeometry for coordinates that are not
    finite or a spacing that is not positive.
    """
    _positive(pixel_spacing_mm)
    per_px = pixel_spacing_mm[0] * pixel_spacing_mm[1]
    area_a, area_b = polygon_area_px(a) * per_px, polygon_area_px(b) * per_px
    only_one = polygon_area_px([*a, *b]) * per_px
    both = max(0.0, (area_a + area_b - only_one) / 2)
    union = area_a + area_b - both
    return AreaOverlap(
        a_mm2=area_a,
        b_mm2=area_b,
        both_mm2=both,
        dice=2 * both / (area_a + area_b) if union > 0 else None,
        jaccard=both / union if union > 0 else None,
    )


def outline_distances(
    a: Parts, b: Parts, pixel_spacing_mm: tuple[float, float], *, step_mm: float = 0.25
) -> SurfaceDistances | None:
    """Distances between two outlines, in the image plane.

    Points are laid on each outline no more than ``step_mm`` apart, corners included; each is
    measured exactly to the nearest edge of the other outline. Both directions are pooled as in
    :func:`cmrkit.agreement.surface.surface_distances`. The largest distance to a straight-edged
    outline lies at a corner unless the nearest edge changes along the way, so ``hd_mm`` is too
    small by at most ``step_mm`` / 2. None where either has no outline. Raises InvalidGeometry as
    :func:`area_overlap` does.
    """
    _positive((*pixel_spacing_mm, step_mm))
    edges_a, edges_b = (edges_mm(parts, pixel_spacing_mm) for parts in (a, b))
    if not len(edges_a) or not len(edges_b):
        return None
    return pooled(
        to_edges(_laid_out(edges_a, step_mm), edges_b),
        to_edges(_laid_out(edges_b, step_mm), edges_a),
    )


def _positive(lengths: tuple[float, ...]) -> None:
    if not all(np.isfinite(length) and length > 0 for length in lengths):
        raise InvalidGeometry("Distances need a positive spacing.")


def edges_mm(parts: Parts, spacing: tuple[float, float]) -> NDArray[np.float64]:
    """Edges as rows (x1, y1, x2, y2) in mm of the image plane; spacing: (between rows, between
    columns) in mm. Raises InvalidGeometry on coordinates that are not finite."""
    between_rows, between_columns = spacing
    edges: NDArray[np.float64] = edges_of(parts) * np.array([between_columns, between_rows] * 2)
    return edges


def _laid_out(edges: NDArray[np.float64], step_mm: float) -> NDArray[np.float64]:
    """Points along the edges, each edge's start included, its end left to the next edge."""
    lengths = np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1])
    counts = np.maximum(np.ceil(lengths / step_mm), 1).astype(np.intp)
    edge = np.repeat(np.arange(len(edges)), counts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    part = (step / counts[edge])[:, None]
    points: NDArray[np.float64] = edges[edge, :2] + part * (edges[edge, 2:] - edges[edge, :2])
    return points


def to_edges(points: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance in mm of every point (x, y) to the nearest of the edges (x1, y1, x2, y2)."""
    nearest = np.full(len(points), np.inf)
    for block in range(0, len(edges), 128):  # bounds the memory
        start, along = (
            edges[block : block + 128, :2],
            np.diff(edges[block : block + 128].reshape(-1, 2, 2), axis=1)[:, 0],
        )
        away = points[:, None] - start[None]
        squared = (along**2).sum(axis=1)
        where = np.clip((away * along).sum(axis=2) / np.where(squared > 0, squared, 1.0), 0, 1)
        gap = away - where[..., None] * along
        nearest = np.minimum(nearest, np.sqrt((gap**2).sum(axis=2).min(axis=1)))
    return nearest
