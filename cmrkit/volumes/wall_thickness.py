"""Wall thickness in the 16 short-axis segments; ``frontend/src/cmr/wallThickness.ts`` is a twin."""

import math
from dataclasses import dataclass

from cmrkit.contracts import StackLabels, StackMeta, StructureCode
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry.polar import (
    Point,
    centre_of_area,
    enclosed_area,
    outermost_crossing,
    turn_to_front,
)

CODE_VERSION = "wall-thickness-1"
N_SEGMENTS = 16
_RAYS = 180
_RING_OF_SIX = (2, 3, 4, 5, 6, 1)  # from the middle of the septum - 60°, towards the inferior wall
_RING_OF_FOUR = (14, 15, 16, 13)


@dataclass(frozen=True)
class WallThickness:
    """``segments_mm[k]`` is the mean thickness of AHA segment k + 1 in mm, None where nothing was
    measured; ``slices_of[k]`` are the slice indices behind it. ``oriented_by`` is ``insertion``
    (a landmark), ``rv`` (the direction of the RV) or ``none`` (the septum is taken to lie to the
    left in the image)."""

    phase: int
    segments_mm: tuple[float | None, ...]
    slices_of: tuple[tuple[int, ...], ...]
    mean_mm: float | None
    max_mm: float | None
    oriented_by: str
    notes: tuple[str, ...]


def wall_thickness(
    meta: StackMeta,
    labels: StackLabels,
    phase: int,
    *,
    insertion: tuple[int, float, float] | None = None,
    basal_slice: int | None = None,
    apical_slice: int | None = None,
) -> WallThickness:
    """Radial thickness of the LV wall at one phase, in AHA segments 1 to 16 (Cerqueira 2002).

    180 rays from the endocardium's centre of area; thickness is the distance in mm between the
    outermost crossings with ``lv_endo`` and ``lv_epi``. Slices with both contours are cut into
    basal, mid and apical thirds from base to apex; the base is ``basal_slice`` where both ends are
    given, else the end with the larger epicardium. A segment's value is the mean over its rays in
    all its slices. Segment 17, the apex, can't be measured on short-axis slices.

    ``insertion`` is the anterior insertion of the RV: (slice index, column, row) in pixels; it
    divides segments 1 and 2. Without it the middle of the septum faces the centre of ``rv_endo``.

    Raises InvalidGeometry for a spacing that is not positive or a phase outside the stack.
    """
    if min(meta.pixel_spacing_mm) <= 0:
        raise InvalidGeometry("Wall thickness needs a positive pixel spacing.")
    if not 0 <= phase < meta.n_phases:
        raise InvalidGeometry(f"Phase {phase} is not in a stack of {meta.n_phases} phases.")
    outlines = _outlines_mm(meta, labels, phase)
    slices = _from_base(outlines, basal_slice, apical_slice)
    if len(slices) < 3:
        note = "Wall thickness needs three slices with both LV contours."
        return _nothing(phase, note)
    middle, sense, oriented_by, notes = _orientation(meta, outlines, slices, insertion)
    values: list[list[float]] = [[] for _ in range(N_SEGMENTS)]
    slices_of: list[list[int]] = [[] for _ in range(N_SEGMENTS)]
    open_rays = 0
    for i, slice_index in enumerate(slices):
        here = outlines[slice_index]
        endo, epi = here[StructureCode.LV_ENDO], here[StructureCode.LV_EPI]
        centre = centre_of_area(endo)
        for k in range(_RAYS):
            degrees = (2 * k + 1) * 180 / _RAYS
            angle = middle + sense * math.radians(degrees)
            inner, outer = (
                outermost_crossing(endo, centre, angle),
                outermost_crossing(epi, centre, angle),
            )
            if inner is None or outer is None or outer < inner:
                open_rays += 1
                continue
            segment = _segment(3 * i // len(slices), degrees) - 1
            values[segment].append(outer - inner)
            if slice_index not in slices_of[segment]:
                slices_of[segment].append(slice_index)
    if open_rays:
        notes.append(f"{open_rays} of {_RAYS * len(slices)} rays met no wall and were left out.")
    everything = [v for segment in values for v in segment]
    return WallThickness(
        phase=phase,
        segments_mm=tuple(_mean(v) for v in values),
        slices_of=tuple(tuple(sorted(s)) for s in slices_of),
        mean_mm=_mean(everything),
        max_mm=max(everything, default=None),
        oriented_by=oriented_by,
        notes=tuple(notes),
    )


def _nothing(phase: int, note: str) -> WallThickness:
    empty: tuple[tuple[int, ...], ...] = ((),) * N_SEGMENTS
    return WallThickness(phase, (None,) * N_SEGMENTS, empty, None, None, "none", (note,))


def _outlines_mm(
    meta: StackMeta, labels: StackLabels, phase: int
) -> dict[int, dict[str, list[list[Point]]]]:
    """Contours of the phase by slice and structure, as (x, y) in mm within the plane."""
    between_rows, between_columns = meta.pixel_spacing_mm
    found: dict[int, dict[str, list[list[Point]]]] = {}
    for frame in labels.frames:
        if frame.phase_index != phase:
            continue
        for code, parts in frame.structures.items():
            closed = [
                [(x * between_columns, y * between_rows) for x, y in part]
                for part in parts
                if len(part) >= 3
            ]
            if closed:
                found.setdefault(frame.slice_index, {})[str(code)] = closed
    return found


def _from_base(
    outlines: dict[int, dict[str, list[list[Point]]]], basal: int | None, apical: int | None
) -> list[int]:
    """Slices with both LV contours, base first."""
    slices = sorted(
        s
        for s, here in outlines.items()
        if {StructureCode.LV_ENDO, StructureCode.LV_EPI} <= set(here)
    )
    if basal is not None and apical is not None:
        low, high = sorted((basal, apical))
        slices = [s for s in slices if low <= s <= high]
        return slices if basal <= apical else slices[::-1]
    third = max(1, len(slices) // 3)

    def size(some: list[int]) -> float:
        return sum(enclosed_area(part) for s in some for part in outlines[s][StructureCode.LV_EPI])

    return slices if size(slices[:third]) >= size(slices[-third:]) else slices[::-1]


def _orientation(
    meta: StackMeta,
    outlines: dict[int, dict[str, list[list[Point]]]],
    slices: list[int],
    insertion: tuple[int, float, float] | None,
) -> tuple[float, int, str, list[str]]:
    """(angle of the middle of the septum, +1 or -1 for the turn towards the inferior wall, what
    says so, notes). Angles are from the column direction towards the row direction."""
    rv = _direction_of_rv(outlines)
    if insertion is not None:
        slice_index, column, row = insertion
        near = min(slices, key=lambda s: (abs(s - slice_index), s))
        cx, cy = centre_of_area(outlines[near][StructureCode.LV_ENDO])
        x, y = column * meta.pixel_spacing_mm[1] - cx, row * meta.pixel_spacing_mm[0] - cy
        angle = math.atan2(y, x)
        if rv is None:
            notes = ["No RV contour: the image is taken as seen from the apex."]
            return angle - math.radians(60), -1, "insertion", notes
        sense = 1 if x * math.sin(rv) - y * math.cos(rv) >= 0 else -1
        return angle + sense * math.radians(60), sense, "insertion", []
    if rv is None:
        notes = ["Unoriented: no RV contour and no insertion point; septum taken to the left."]
        return math.pi, -1, "none", notes
    # the insertion that faces front and up is the anterior one
    front = turn_to_front(meta.row_direction, meta.column_direction, rv)
    return rv, (-1 if front >= 0 else 1), "rv", []


def _direction_of_rv(outlines: dict[int, dict[str, list[list[Point]]]]) -> float | None:
    x = y = 0.0
    found = False
    for here in outlines.values():
        if StructureCode.RV_ENDO in here and StructureCode.LV_ENDO in here:
            (rx, ry), (lx, ly) = (
                centre_of_area(here[StructureCode.RV_ENDO]),
                centre_of_area(here[StructureCode.LV_ENDO]),
            )
            x, y, found = x + rx - lx, y + ry - ly, True
    return math.atan2(y, x) if found else None


def _segment(level: int, degrees: float) -> int:
    """AHA segment at an angle from the middle of the septum towards the inferior wall."""
    if level == 2:
        return _RING_OF_FOUR[int((degrees + 45) % 360 // 90)]
    return 6 * level + _RING_OF_SIX[int((degrees + 60) % 360 // 60)]


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
