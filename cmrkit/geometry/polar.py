"""Directions around the middle of a contour, within one image plane. Pure, in millimetres.

Points are (x, y): x along the row direction, y along the column direction. Angles are radians from
x towards y.
"""

import math
from collections.abc import Sequence

Point = tuple[float, float]
Part = Sequence[Point]
Vector = Sequence[float]
FRONT_AND_UP = (0.0, -1.0, 1.0)  # LPS: the anterior wall of the LV faces there


def centre_of_area(parts: Sequence[Part]) -> Point:
    """Of the largest part; its first point where it encloses nothing."""
    largest = largest_part(parts)
    area, mx, my = _area_and_moment(largest)
    ox, oy = largest[0]
    return (ox + mx / area, oy + my / area) if area else (ox, oy)


def largest_part(parts: Sequence[Part]) -> Part:
    return max(parts, key=enclosed_area)


def enclosed_area(part: Part) -> float:
    """Without sign."""
    return abs(_area_and_moment(part)[0])


def _area_and_moment(part: Part) -> tuple[float, float, float]:
    """Signed area and first moments about the first point."""
    ox, oy = part[0]
    twice = mx = my = 0.0
    for (px, py), (qx, qy) in zip(part, [*part[1:], part[0]], strict=True):
        cross = (px - ox) * (qy - oy) - (qx - ox) * (py - oy)
        twice += cross
        mx += cross * (px + qx - 2 * ox)
        my += cross * (py + qy - 2 * oy)
    return twice / 2, mx / 6, my / 6


def outermost_crossing(parts: Sequence[Part], centre: Point, angle: float) -> float | None:
    """Distance along the ray to its outermost crossing with the contour; None where none is."""
    ux, uy = math.cos(angle), math.sin(angle)
    farthest: float | None = None
    for part in parts:
        for (x1, y1), (x2, y2) in zip(part, [*part[1:], part[0]], strict=True):
            ax, ay, bx, by = x1 - centre[0], y1 - centre[1], x2 - centre[0], y2 - centre[1]
            side_a, side_b = ux * ay - uy * ax, ux * by - uy * bx
            if (side_a <= 0) == (side_b <= 0):
                continue
            t = side_a / (side_a - side_b)
            along = ux * (ax + t * (bx - ax)) + uy * (ay + t * (by - ay))
            if along > 0 and (farthest is None or along > farthest):
                farthest = along
    return farthest


def turn_to_front(row_direction: Vector, column_direction: Vector, angle: float) -> float:
    """How a turn from ``angle`` leads to where the patient's front and up is: positive where the
    angle grows, negative where it falls, near 0 where the plane can't tell. Directions are LPS."""
    ax = sum(a * b for a, b in zip(row_direction, FRONT_AND_UP, strict=True))
    ay = sum(a * b for a, b in zip(column_direction, FRONT_AND_UP, strict=True))
    return math.cos(angle) * ay - math.sin(angle) * ax
