"""What the long-axis cines of one heart say together (docs/science/long-axis.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

from cmrkit.contracts import StackLabels, StackMeta, View
from cmrkit.volumes.area_length import LengthRule, LongAxisSection, biplane_ml
from cmrkit.volumes.long_axis import (
    CODE_VERSION,
    LongAxisFunction,
    long_axis_function,
    measure_frame,
)

LENGTH_RULE = LengthRule.MEAN


@dataclass(frozen=True)
class Plane:
    """One long-axis cine with its contours."""

    view: str
    meta: StackMeta
    labels: StackLabels


@dataclass(frozen=True)
class Biplane:
    """From a two- and a four-chamber view, 8 A₁ A₂ / (3 π L), each view at its own ED and ES; the
    left atrium is fullest at ES. None where one view doesn't tell. ``spacing_assumed``: of either
    view, and so of every volume here."""

    edv_ml: float | None
    esv_ml: float | None
    ef_percent: float | None
    la_max_ml: float | None
    spacing_assumed: bool

    def to_json(self) -> dict[str, object]:
        numbers = {k: v for k, v in vars(self).items() if k != "spacing_assumed"}
        rounded = {k: None if v is None else round(v, 1) for k, v in numbers.items()}
        said = {"length": str(LENGTH_RULE), "code_version": CODE_VERSION}
        return {**rounded, **said, "spacing_assumed": self.spacing_assumed}


def biplane_of(planes: Sequence[Plane]) -> Biplane | None:
    """Of the first two- and the first four-chamber view whose ED and ES are known; None without
    both."""
    two, four = _first(planes, View.CH2), _first(planes, View.CH4)
    if two is None or four is None:
        return None
    edv, esv = _ml(two, four, "ed", "lv_endo"), _ml(two, four, "es", "lv_endo")
    return Biplane(
        edv_ml=edv,
        esv_ml=esv,
        ef_percent=100 * (edv - esv) / edv if edv and esv is not None else None,
        la_max_ml=_ml(two, four, "es", "la"),
        spacing_assumed=any(plane.meta.spacing_assumed for plane, _ in (two, four)),
    )


Measured = tuple[Plane, LongAxisFunction]


def _first(planes: Sequence[Plane], view: View) -> Measured | None:
    for plane in planes:
        found = long_axis_function(plane.meta, plane.labels) if plane.view == view else None
        if found is not None and found.es_phase is not None:
            return plane, found
    return None


def _ml(two: Measured, four: Measured, when: str, code: str) -> float | None:
    a, b = _section(two, when, code), _section(four, when, code)
    return biplane_ml(a, b, LENGTH_RULE) if a and b else None


def _section(measured: Measured, when: str, code: str) -> LongAxisSection | None:
    plane, function = measured
    phase = function.ed_phase if when == "ed" else function.es_phase
    place = (function.slice_index, phase)
    frame = next((f for f in plane.labels.frames if (f.slice_index, f.phase_index) == place), None)
    if frame is None:
        return None
    return measure_frame(frame.structures, plane.meta.pixel_spacing_mm).sections.get(code)
