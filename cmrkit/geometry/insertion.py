"""Where the right ventricle meets the left one, on one short-axis slice."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts.labels import Point, Polygon, StructureCode
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import polar

TOUCH_MM = 3.0  # from the RV cavity to the epicardium: trabeculae, and what contours round off
LEAST_SEPTUM_DEG = 25.0  # narrower than any septum: the RV only brushes the LV
_STEP_MM = 0.25  # between the points at which the RV's contour is looked at
_LEAST_TURN = 0.1  # below it the plane doesn't say which end of the septum is in front

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Insertions:
    """The ends of the septum and the middle of the LV on one slice.

    ``anterior``, ``inferior``: on the epicardium, where the RV cavity begins and ends to lie
    against it; ``lv_centre``: centre of area of the endocardium, of the epicardium where there is
    none. All (column, row) in pixels. ``septum_deg``: the angle between the two, seen from there.
    """

    anterior: Point
    inferior: Point
    lv_centre: Point
    septum_deg: float


def rv_insertions(
    structures: Mapping[str, Sequence[Polygon]],
    pixel_spacing_mm: tuple[float, float],
    row_direction: Sequence[float],
    column_direction: Sequence[float],
    *,
    touch_mm: float = TOUCH_MM,
) -> Insertions:
    """From ``lv_epi``, ``rv_endo`` and, where drawn, ``lv_endo`` of one short-axis slice.

    Contours are polygons of (column, row) in pixels, ``pixel_spacing_mm`` is (between rows, between
    columns), directions are the unit vectors of ImageOrientationPatient (LPS). The RV touches the
    LV wherever its contour lies within ``touch_mm`` of the epicardium, or inside it. Seen from the
    LV's centre, the outermost of these points on both sides say where the septum ends; the
    insertion lies on the epicardium in that direction. Of the two, the one that faces front and up
    in the patient (LPS 0, -1, 1) is the anterior one.

    Raises InvalidGeometry where there is no epicardium or no RV, where the RV doesn't touch the LV
    over ``LEAST_SEPTUM_DEG``, where it goes all round it, where the plane doesn't say which end is
    the anterior one, and for a spacing or points that aren't positive or finite.
    """
    if not all(math.isfinite(mm) and mm > 0 for mm in pixel_spacing_mm):
        raise InvalidGeometry("Insertion points need a positive pixel spacing.")
    epi = _outline_mm(structures, StructureCode.LV_EPI, pixel_spacing_mm)
    rv = _outline_mm(structures, StructureCode.RV_ENDO, pixel_spacing_mm)
    if epi is None or rv is None:
        raise InvalidGeometry("Insertion points need contours of LV epicardium and RV.")
    endo = _outline_mm(structures, StructureCode.LV_ENDO, pixel_spacing_mm)
    centre = polar.centre_of_area([_tuples(epi if endo is None else endo)])
    middle, low, high = _septum(_touching(_dense(rv), epi, touch_mm), centre)
    turn = polar.turn_to_front(row_direction, column_direction, middle)
    if abs(turn) < _LEAST_TURN:
        raise InvalidGeometry("This plane doesn't say which end of the septum is the anterior one.")
    ends = (middle + high, middle + low) if turn > 0 else (middle + low, middle + high)
    anterior, inferior = (_on_epicardium(epi, centre, angle) for angle in ends)
    return Insertions(
        anterior=_pixel(anterior, pixel_spacing_mm),
        inferior=_pixel(inferior, pixel_spacing_mm),
        lv_centre=_pixel(centre, pixel_spacing_mm),
        septum_deg=math.degrees(high - low),
    )


def _outline_mm(
    structures: Mapping[str, Sequence[Polygon]], code: str, spacing_mm: tuple[float, float]
) -> Points | None:
    """The largest part in mm, None where nothing is drawn."""
    parts = [np.asarray(part, dtype=float) for part in structures.get(code, ()) if len(part) >= 3]
    if not parts:
        return None
    if not all(np.isfinite(part).all() for part in parts):
        raise InvalidGeometry("A contour has points that are not finite.")
    scaled = [part * (spacing_mm[1], spacing_mm[0]) for part in parts]
    largest: Points = max(scaled, key=lambda part: polar.enclosed_area(_tuples(part)))
    return largest


def _tuples(points: Points) -> list[Point]:
    return [(float(x), float(y)) for x, y in points]


def _dense(ring: Points) -> Points:
    """Points at most ``_STEP_MM`` apart along the closed ring."""
    pieces = []
    for start, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        n = max(1, math.ceil(float(np.hypot(*(end - start))) / _STEP_MM))
        pieces.append(start + (end - start) * (np.arange(n) / n)[:, None])
    return np.concatenate(pieces)


def _touching(points: Points, epi: Points, touch_mm: float) -> Points:
    """Those within ``touch_mm`` of the epicardium's line, or inside it."""
    along = np.roll(epi, -1, axis=0) - epi
    length2 = np.maximum((along**2).sum(axis=1), 1e-12)
    offset = points[:, None] - epi
    share = ((offset * along).sum(axis=2) / length2).clip(0, 1)
    away = np.hypot(*np.moveaxis(offset - share[..., None] * along, 2, 0)).min(axis=1)
    x, y = points[:, 0, None], points[:, 1, None]
    (x1, y1), (x2, y2) = epi.T, np.roll(epi, -1, axis=0).T
    spans = (y1 <= y) != (y2 <= y)
    rise = np.where(y1 == y2, 1.0, y2 - y1)
    inside = (spans & (x < x1 + (y - y1) / rise * (x2 - x1))).sum(axis=1) % 2 == 1
    touching: Points = points[(away <= touch_mm) | inside]
    return touching


def _septum(touching: Points, centre: Point) -> tuple[float, float, float]:
    """(middle, lowest and highest angle from there) of where the RV touches, in radians."""
    if not len(touching):
        raise InvalidGeometry("The RV doesn't touch the LV on this slice.")
    angles = np.arctan2(touching[:, 1] - centre[1], touching[:, 0] - centre[0])
    gaps = np.diff(np.sort(angles), append=np.sort(angles)[0] + 2 * np.pi)
    widest = int(gaps.argmax())  # the free wall of the LV, where no RV is
    start = float(np.sort(angles)[(widest + 1) % len(angles)])
    span = 2 * np.pi - float(gaps[widest])
    if math.degrees(span) < LEAST_SEPTUM_DEG:
        raise InvalidGeometry("The RV doesn't touch the LV along a septum on this slice.")
    if math.degrees(span) > 360 - LEAST_SEPTUM_DEG:
        raise InvalidGeometry("The RV goes all round the LV on this slice.")
    return start + span / 2, -span / 2, span / 2


def _on_epicardium(epi: Points, centre: Point, angle: float) -> Point:
    away = polar.outermost_crossing([_tuples(epi)], centre, angle)
    if away is None:
        raise InvalidGeometry("The LV's centre lies outside its epicardium.")
    return centre[0] + away * math.cos(angle), centre[1] + away * math.sin(angle)


def _pixel(point: Point, spacing_mm: tuple[float, float]) -> Point:
    return point[0] / spacing_mm[1], point[1] / spacing_mm[0]
