"""Lengths, angles and areas in the patient. ``frontend/src/cmr/measure.ts`` is the twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry
from cmrkit.geometry.raster import rasterise

Vector3 = Sequence[float]
Parts = Sequence[Sequence[Sequence[float]]]


def length_mm(a: Vector3, b: Vector3) -> float:
    """Distance in mm between two points (x, y, z) in LPS mm."""
    return float(np.linalg.norm(_vector(a) - _vector(b)))


def polyline_length_mm(points: Sequence[Vector3]) -> float:
    """Length in mm of the open line through ``points`` ((x, y, z) in LPS mm): the sum of its
    straight pieces. 0 for one point; raises InvalidGeometry for none."""
    if not points:
        raise InvalidGeometry("A line needs points.")
    return sum((length_mm(a, b) for a, b in pairwise(points)), 0.0)


def angle_degrees(a: Vector3, vertex: Vector3, b: Vector3) -> float:
    """Angle at ``vertex`` between the rays to ``a`` and ``b`` (LPS mm), 0 to 180 degrees.

    By the arc tangent of |u × v| and u · v, which keeps its precision near 0 and 180 degrees (Kahan
    2006, How futile are mindless assessments of roundoff). Raises InvalidGeometry where a ray has
    no length.
    """
    u, v = _vector(a) - _vector(vertex), _vector(b) - _vector(vertex)
    if not np.linalg.norm(u) or not np.linalg.norm(v):
        raise InvalidGeometry("An angle needs two rays that have a length.")
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(u, v)), u @ v)))


def ellipse_area_mm2(ends: Sequence[Vector3]) -> float:
    """Area in mm² of the ellipse whose axes end at a, a', b, b' (LPS mm): π × both half axes.

    Raises InvalidGeometry for other than four points.
    """
    if len(ends) != 4:
        raise InvalidGeometry("An ellipse is given by the four ends of its axes.")
    a, a2, b, b2 = ends
    return float(np.pi * length_mm(a, a2) / 2 * length_mm(b, b2) / 2)


@dataclass(frozen=True)
class RoiStatistics:
    """``n`` pixels; ``mean``, sample ``sd`` (n - 1; 0 for one pixel), ``min`` and ``max`` in the
    image's own unit."""

    n: int
    mean: float
    sd: float
    min: float
    max: float


def roi_statistics(parts: Parts, image: NDArray[np.floating]) -> RoiStatistics | None:
    """Statistics of the pixels of ``image`` (row, column) whose centre lies inside the polygons
    ((column, row) in pixels, even-odd); None where there is none."""
    polygons = tuple(tuple((float(x), float(y)) for x, y in part) for part in parts)
    values = image[rasterise(polygons, (image.shape[0], image.shape[1]))].astype(np.float64)
    if not values.size:
        return None
    return RoiStatistics(
        n=int(values.size),
        mean=float(values.mean()),
        sd=float(values.std(ddof=1)) if values.size > 1 else 0.0,
        min=float(values.min()),
        max=float(values.max()),
    )


def _vector(point: Vector3) -> NDArray[np.float64]:
    found = np.asarray(point, dtype=np.float64)
    if found.shape != (3,) or not np.isfinite(found).all():
        raise InvalidGeometry("A point in the patient is three finite numbers.")
    return found
