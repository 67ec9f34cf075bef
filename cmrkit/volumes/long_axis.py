"""Valves, apex, lengths, area-length volumes from long-axis contours (docs/science/long-axis.md).

Everything follows from the contours: where a ventricle's border runs along its atrium's is the
valve, its ends are the hinges, and the apex is the point of the cavity farthest from its middle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import LandmarkCode, StackLabels, StackMeta
from cmrkit.contracts.labels import Point, Polygon
from cmrkit.geometry.polar import FRONT_AND_UP, centre_of_area, enclosed_area, largest_part
from cmrkit.volumes.area_length import LengthRule, LongAxisSection, biplane_ml, single_plane_ml
from cmrkit.volumes.landmarks import Landmark

CODE_VERSION = "long-axis-1"
TOUCHES_MM = 2.0  # a ventricle's border that near to its atrium is its valve
NARROWEST_MM = 6.0  # a contact shorter than that is no valve
_STEP_MM = 0.5
Structures = Mapping[str, Sequence[Polygon]]
Line = NDArray[np.float64]
_VENTRICLE_OF = {"mitral": ("lv_endo", "la"), "tricuspid": ("rv_endo", "ra")}


@dataclass(frozen=True)
class Valve:
    """Its two hinges as (column, row) in pixels."""

    first: Point
    second: Point

    @property
    def middle(self) -> Point:
        return (
            (self.first[0] + self.second[0]) / 2,
            (self.first[1] + self.second[1]) / 2,
        )


@dataclass(frozen=True)
class LongAxisFrame:
    """One frame. ``valves``: ``mitral``, ``tricuspid``; ``ends``: by structure (``lv_endo``,
    ``rv_endo``, ``la``, ``ra``) the point farthest from its valve, in pixels; ``sections``: area
    and length of the same. What can't be told from the contours is absent."""

    valves: dict[str, Valve]
    ends: dict[str, Point]
    sections: dict[str, LongAxisSection]


@dataclass(frozen=True)
class LongAxisFunction:
    """Single-plane volumes in ml of one view by phase, None where a contour or the valve is
    missing. ED and ES are the phases of the largest and the smallest LV; LV numbers are None with
    fewer than two phases. ``ef_percent`` = 100 (EDV - ESV) / EDV. ``slice_index``: of several, the
    slice with the longest LV at its longest: the one least foreshortened."""

    slice_index: int
    ed_phase: int | None
    es_phase: int | None
    edv_ml: float | None
    esv_ml: float | None
    ef_percent: float | None
    la_max_ml: float | None
    la_min_ml: float | None
    lv_ml: tuple[float | None, ...]
    la_ml: tuple[float | None, ...]
    sections: dict[str, LongAxisSection]

    def to_json(self) -> dict[str, object]:
        """Numbers alone, rounded to what a contour can tell; without the curves' sections."""

        def short(value: float | None) -> float | None:
            return None if value is None else round(value, 1)

        return {
            "slice": self.slice_index,
            "ed_phase": self.ed_phase,
            "es_phase": self.es_phase,
            **{
                name: short(getattr(self, name))
                for name in ("edv_ml", "esv_ml", "ef_percent", "la_max_ml", "la_min_ml")
            },
            "lv_ml": [short(v) for v in self.lv_ml],
            "la_ml": [short(v) for v in self.la_ml],
            "code_version": CODE_VERSION,
        }


def measure_frame(structures: Structures, pixel_spacing_mm: tuple[float, float]) -> LongAxisFrame:
    """``structures``: polygons (column, row) in pixels by structure code; spacing in mm between
    rows, between columns. Nothing is raised: what can't be told is absent."""
    mm = np.array([pixel_spacing_mm[1], pixel_spacing_mm[0]])
    outlines = {
        code: np.asarray(largest_part(parts), dtype=np.float64) * mm
        for code, parts in structures.items()
        if parts
    }
    valves: dict[str, Valve] = {}
    ends: dict[str, Point] = {}
    sections: dict[str, LongAxisSection] = {}
    for name, (ventricle, atrium) in _VENTRICLE_OF.items():
        if ventricle not in outlines or atrium not in outlines:
            continue
        hinges = _hinges(outlines[ventricle], outlines[atrium])
        if hinges is None:
            continue
        valves[name] = Valve(*(_point(hinge / mm) for hinge in hinges))
        middle = hinges.mean(axis=0)
        for code in (ventricle, atrium):
            away = np.hypot(*(outlines[code] - middle).T)
            area = enclosed_area([_point(p) for p in outlines[code]])
            ends[code] = _point(outlines[code][int(away.argmax())] / mm)
            if area > 0:
                sections[code] = LongAxisSection(area, float(away.max()))
    return LongAxisFrame(valves, ends, sections)


def _hinges(ventricle: Line, atrium: Line) -> Line | None:
    """(2, 2) points in mm: the ends of the ventricle's border along the atrium, each halfway to the
    atrium's border, because that border lies within the tolerance and not at it."""
    border, other = _dense(ventricle), _dense(atrium)
    apart = np.hypot(*(border[:, None] - other[None]).transpose(2, 0, 1))
    touching = border[apart.min(axis=1) <= TOUCHES_MM]
    if len(touching) < 2:
        return None
    span = np.hypot(*(touching[:, None] - touching[None]).transpose(2, 0, 1))
    a, b = np.unravel_index(int(span.argmax()), span.shape)
    if span[a, b] < NARROWEST_MM:
        return None
    ends = touching[[a, b]]
    nearest = np.hypot(*(ends[:, None] - other[None]).transpose(2, 0, 1)).argmin(axis=1)
    return np.asarray((ends + other[nearest]) / 2)


def _dense(outline: Line) -> Line:
    """The closed outline with a point every half millimetre."""
    closed = np.vstack([outline, outline[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    n = max(8, int(along[-1] / _STEP_MM))
    at = np.linspace(0, along[-1], n, endpoint=False)
    return np.column_stack([np.interp(at, along, closed[:, k]) for k in (0, 1)])


def _point(values: NDArray[np.float64]) -> Point:
    return (float(values[0]), float(values[1]))


def long_axis_function(meta: StackMeta, labels: StackLabels) -> LongAxisFunction | None:
    """Single-plane area-length volumes of one long-axis cine: exact for half an ellipsoid that is
    round across its length, and an estimate for hearts. None where no frame has an LV with its
    valve."""
    frames = {
        (f.slice_index, f.phase_index): measure_frame(f.structures, meta.pixel_spacing_mm)
        for f in labels.frames
    }
    lengths = {
        key: frame.sections["lv_endo"].length_mm
        for key, frame in frames.items()
        if "lv_endo" in frame.sections
    }
    if not lengths:
        return None
    chosen = max(lengths, key=lambda key: lengths[key])[0]
    here = [frames.get((chosen, phase)) for phase in range(meta.n_phases)]
    lv, la = (_curve(here, code) for code in ("lv_endo", "la"))
    known = [phase for phase, ml in enumerate(lv) if ml is not None]
    ed = max(known, key=lambda phase: lv[phase] or 0.0)
    es = min(known, key=lambda phase: lv[phase] or 0.0) if len(known) > 1 else None
    edv, esv = lv[ed], (lv[es] if es is not None else None)
    atrium = [ml for ml in la if ml is not None]
    shown = here[ed]
    return LongAxisFunction(
        slice_index=chosen,
        ed_phase=ed,
        es_phase=es,
        edv_ml=edv,
        esv_ml=esv,
        ef_percent=100 * (edv - esv) / edv if edv and esv is not None else None,
        la_max_ml=max(atrium, default=None),
        la_min_ml=min(atrium, default=None) if len(atrium) > 1 else None,
        lv_ml=lv,
        la_ml=la,
        sections=shown.sections if shown is not None else {},
    )


def _curve(frames: Sequence[LongAxisFrame | None], code: str) -> tuple[float | None, ...]:
    return tuple(
        single_plane_ml(frame.sections[code])
        if frame is not None and code in frame.sections
        else None
        for frame in frames
    )


def biplane_function(
    two: tuple[LongAxisSection, LongAxisSection],
    four: tuple[LongAxisSection, LongAxisSection],
    rule: LengthRule,
) -> tuple[float, float, float]:
    """EDV, ESV in ml and EF in percent from the LV's sections (ED, ES) in a two- and a four-chamber
    view: 8 A₁ A₂ / (3 π L)."""
    edv, esv = (biplane_ml(a, b, rule) for a, b in zip(two, four, strict=True))
    return edv, esv, 100 * (edv - esv) / edv


def valve_landmarks(meta: StackMeta, labels: StackLabels) -> tuple[Landmark, ...]:
    """Apex and the middle of each valve at end-diastole, of the slice that volumes come from."""
    found = long_axis_function(meta, labels)
    if found is None or found.ed_phase is None:
        return ()
    where = (found.slice_index, found.ed_phase)
    frame = next(f for f in labels.frames if (f.slice_index, f.phase_index) == where)
    seen = measure_frame(frame.structures, meta.pixel_spacing_mm)
    named = {
        LandmarkCode.APEX: seen.ends.get("lv_endo"),
        LandmarkCode.MITRAL_VALVE: seen.valves["mitral"].middle
        if "mitral" in seen.valves
        else None,
        LandmarkCode.TRICUSPID_VALVE: (
            seen.valves["tricuspid"].middle if "tricuspid" in seen.valves else None
        ),
    }
    return tuple(Landmark(str(k), *where, point) for k, point in named.items() if point is not None)


def name_hinges(
    structures: Structures, valve: Valve, meta: StackMeta, *, mitral: bool = True
) -> dict[str, Point]:
    """The hinges under the names that the phantom gives them: in a view with an RV septal and
    lateral, told by which lies nearer to the middle of the other ventricle; else anterior and
    inferior, told by where the patient's front is."""
    valve_name = "mitral" if mitral else "tricuspid"
    points = [valve.first, valve.second]
    other = structures.get("rv_endo" if mitral else "lv_endo")
    mm = np.array([meta.pixel_spacing_mm[1], meta.pixel_spacing_mm[0]])
    if other:
        middle = np.asarray(centre_of_area(other)) * mm
        points.sort(key=lambda p: float(np.hypot(*(np.asarray(p) * mm - middle))))
        return {f"{valve_name}_septal": points[0], f"{valve_name}_lateral": points[1]}
    plane = np.array([meta.row_direction, meta.column_direction])
    forwards = plane @ FRONT_AND_UP
    points.sort(key=lambda p: -float((np.asarray(p) * mm) @ forwards))
    return {f"{valve_name}_anterior": points[0], f"{valve_name}_inferior": points[1]}
