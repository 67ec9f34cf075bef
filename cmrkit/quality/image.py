"""How good the images of a short-axis cine are: three grades, with reasons.

What is measured needs to know where the heart is: it takes the draft's labels, and says nothing of
images on which no left ventricle was found. Published work grades no finer than this with any
reliability (best kappa 0.63 in the CMRxMotion challenge).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from numpy.typing import NDArray

from cmrkit.quality.finding import Finding, Severity
from cmrkit.quality.measures import (
    apical_share,
    basal_share,
    contrast_to_noise,
    slice_shifts_mm,
    temporal_roughness,
)
from cmrkit.quality.millimetres import Millimetres
from cmrkit.quality.shapes import Labels, Mask, key_phases


class Grade(StrEnum):
    GOOD = "good"
    USABLE = "usable"
    POOR = "poor"


@dataclass(frozen=True)
class Limits:
    """From where a measure makes images usable only, and from where poor."""

    usable: float
    poor: float


BASE = Limits(0.8, 2.0)  # of the largest LV area, in the last slice at the base; never poor
APEX = Limits(0.35, 0.6)  # of the largest LV area, in the last slice at the apex, at ED
SHIFT_MM = Limits(7.0, 10.0)
ROUGHNESS = Limits(0.12, 0.25)  # of the variation over time, in a slice
CNR = Limits(10.0, 5.0)  # below


@dataclass(frozen=True)
class ImageQuality:
    """``measures`` by name, for those who tune limits: no reader needs them."""

    grade: Grade
    findings: tuple[Finding, ...]
    measures: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"grade": str(self.grade), "reasons": [f.code for f in self.findings]}


def grade_images(
    pixels: NDArray[Any], labels: Labels, present: Mask, mm: Millimetres
) -> ImageQuality | None:
    """Grade pixels by their draft, both (slice, phase, row, column); ``present`` (slice, phase).

    None where the draft has no left ventricle. One reason that is severe makes the grade poor, one
    that is not makes it usable.
    """
    phases = key_phases(labels, present)
    if phases is None:
        return None
    ed, es = labels[:, phases.ed], labels[:, phases.es]
    measures: dict[str, float] = {}
    found: list[Finding] = []

    def judge(name: str, value: float, limits: Limits, said: str, where: int | None = None) -> None:
        measures[name] = max(value, measures.get(name, value))
        finding = _judged(name, value, limits, said, where)
        if finding is not None:
            found.append(finding)

    judge("base_missing", basal_share(ed, es, mm), BASE, "The stack seems to end below the base.")
    judge("apex_missing", apical_share(ed), APEX, "The stack seems to end above the apex.")
    for s, shift in enumerate(slice_shifts_mm(ed, mm)):
        judge("slice_shift", shift, SHIFT_MM, f"Slice {s + 1} is out of line with the others.", s)
    for s, rough in temporal_roughness(pixels, labels, present).items():
        said = f"Phases of slice {s + 1} don't follow one another: motion or mistriggering."
        judge("phases_out_of_order", rough, ROUGHNESS, said, s)
    cnr = contrast_to_noise(pixels[:, phases.ed], ed)
    if cnr is not None:
        judge("low_contrast", -cnr, Limits(-CNR.usable, -CNR.poor),
              "Blood and muscle hardly differ beyond the noise.")  # fmt: skip
    return ImageQuality(_grade(found), tuple(found), measures)


def _judged(
    code: str, value: float, limits: Limits, said: str, where: int | None
) -> Finding | None:
    if not value >= limits.usable:
        return None
    severity = Severity.PROBLEM if value >= limits.poor else Severity.WARNING
    return Finding(code, said, where, severity)


def _grade(found: list[Finding]) -> Grade:
    if any(f.severity is Severity.PROBLEM for f in found):
        return Grade.POOR
    return Grade.USABLE if found else Grade.GOOD
