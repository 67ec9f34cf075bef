"""Landmarks that follow from short-axis contours: what a draft proposes to the reader."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from cmrkit.contracts import LandmarkCode, StackLabels, StackMeta, StructureCode
from cmrkit.contracts.labels import Point, Polygon
from cmrkit.errors import ContractViolation, InvalidGeometry
from cmrkit.geometry import Insertions, rv_insertions
from cmrkit.geometry.polar import centre_of_area
from cmrkit.volumes.function import lv_rv_function

AGREES_DEG = 30.0  # half a segment of the wall
FEWEST_SLICES = 3


@dataclass(frozen=True)
class Landmark:
    """``point`` is (column, row) in pixels on that frame; (0, 0) is the centre of the first."""

    code: str
    slice_index: int
    phase_index: int
    point: Point

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "slice": self.slice_index,
            "phase": self.phase_index,
            "point": list(self.point),
        }

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Inverse of :meth:`to_json`; raises ContractViolation on anything malformed."""
        try:
            column, row = (float(v) for v in data["point"])
            found = cls(str(data["code"]), data["slice"], data["phase"], (column, row))
        except (KeyError, TypeError, ValueError) as error:
            raise ContractViolation(f"A landmark is malformed: {error!r}.") from error
        if not (type(found.slice_index) is int and type(found.phase_index) is int):
            raise ContractViolation("A landmark's slice and phase are whole numbers.")
        return found


def septum_landmarks(meta: StackMeta, labels: StackLabels) -> tuple[Landmark, ...]:
    """Both RV insertion points and the LV's centre, on one slice at end-diastole.

    Of the slices on which the insertions are found (:func:`cmrkit.geometry.rv_insertions`), the one
    is taken whose two directions lie closest to the median over all. Nothing where there are fewer
    than three such slices, or where the middle between the insertions and the direction of the RV's
    centre differ by more than 30°: then one of the two contours is wrong, and nobody knows which.
    """
    phase = _end_diastole(meta, labels)
    if phase is None:
        return ()
    found = {
        frame.slice_index: insertions
        for frame in labels.frames
        if frame.phase_index == phase
        and (insertions := _insertions(meta, frame.structures)) is not None
    }
    if len(found) < FEWEST_SLICES:
        return ()
    slices = sorted(found)
    ends = np.array(
        [
            [
                _direction(meta, found[s].lv_centre, p)
                for p in (found[s].anterior, found[s].inferior)
            ]
            for s in slices
        ]
    )
    away = np.abs(_turned(ends - _median(ends))).sum(axis=1)
    chosen = slices[int(away.argmin())]
    here = found[chosen]
    return (
        Landmark(LandmarkCode.RV_INSERTION_ANTERIOR, chosen, phase, here.anterior),
        Landmark(LandmarkCode.RV_INSERTION_INFERIOR, chosen, phase, here.inferior),
        Landmark(LandmarkCode.LV_CENTRE, chosen, phase, here.lv_centre),
    )


def _end_diastole(meta: StackMeta, labels: StackLabels) -> int | None:
    try:
        return lv_rv_function(meta, labels).ed_phase
    except InvalidGeometry:  # a stack without a distance between slices has no volumes
        return None


def _insertions(meta: StackMeta, structures: Mapping[str, Sequence[Polygon]]) -> Insertions | None:
    """None where there are none, or where the RV lies elsewhere than between them."""
    try:
        found = rv_insertions(
            structures, meta.pixel_spacing_mm, meta.row_direction, meta.column_direction
        )
    except InvalidGeometry:
        return None
    anterior = _direction(meta, found.lv_centre, found.anterior)
    inferior = _direction(meta, found.lv_centre, found.inferior)
    rv = _direction(meta, found.lv_centre, centre_of_area(structures[StructureCode.RV_ENDO]))
    # the RV is on the side of the septum, which may be more than half the way round
    middle = anterior + _turned(inferior - anterior) / 2
    if found.septum_deg > 180:
        middle += math.pi
    return found if abs(_turned(rv - middle)) <= math.radians(AGREES_DEG) else None


def _direction(meta: StackMeta, origin: Point, point: Point) -> float:
    """In radians, in mm within the plane."""
    between_rows, between_columns = meta.pixel_spacing_mm
    return math.atan2(
        (point[1] - origin[1]) * between_rows, (point[0] - origin[0]) * between_columns
    )


def _turned(angle: Any) -> Any:
    """The same angle between -π and π."""
    return (angle + math.pi) % (2 * math.pi) - math.pi


def _median(angles: Any) -> Any:
    """Column by column, around their circular mean."""
    mean = np.arctan2(np.sin(angles).sum(axis=0), np.cos(angles).sum(axis=0))
    return mean + np.median(_turned(angles - mean), axis=0)
