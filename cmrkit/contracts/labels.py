"""Contours of a stack as they travel: polygons per structure, slice and phase."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from cmrkit.errors import ContractViolation

Point = tuple[float, float]
"""(column, row) in pixels; (0, 0) is the centre of the first pixel."""

Polygon = tuple[Point, ...]
"""Closed, without repeating the first point. Parts of one structure follow the even-odd rule."""


class StructureCode(StrEnum):
    """Native cine structures; the myocardium is ``lv_epi`` minus ``lv_endo``, derived."""

    LV_ENDO = "lv_endo"
    LV_EPI = "lv_epi"
    RV_ENDO = "rv_endo"


class LongAxisCode(StrEnum):
    """Structures of long-axis cine; those of the ventricles are named as on the short axis."""

    LV_ENDO = "lv_endo"
    LV_EPI = "lv_epi"
    RV_ENDO = "rv_endo"
    LA = "la"
    RA = "ra"


class EnhancementCode(StrEnum):
    """Structures of late enhancement on the short axis. No-reflow is part of ``scar``, and drawn
    once more by itself."""

    LV_ENDO = "lv_endo"
    LV_EPI = "lv_epi"
    SCAR = "scar"
    NO_REFLOW = "no_reflow"


class LandmarkCode(StrEnum):
    """Landmarks that a reader sets: points in the patient. Values are stored."""

    RV_INSERTION_ANTERIOR = "rv_insertion_anterior"
    RV_INSERTION_INFERIOR = "rv_insertion_inferior"
    LV_CENTRE = "lv_centre"
    APEX = "apex"
    MITRAL_VALVE = "mitral_valve"
    TRICUSPID_VALVE = "tricuspid_valve"
    AORTIC_VALVE = "aortic_valve"
    OTHER = "other"


@dataclass(frozen=True)
class FrameLabels:
    """All structures drawn on one frame; ``structures`` maps a structure code to its parts."""

    slice_index: int
    phase_index: int
    structures: dict[str, tuple[Polygon, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class StackLabels:
    """Labels of one stack. A structure absent from a frame is *unlabelled* there unless
    ``complete_structures`` names it: then absent means that it is not in the frame."""

    frames: tuple[FrameLabels, ...]
    complete_structures: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """``{"frames": [{"slice", "phase", "structures": {code: [[[x, y], ...], ...]}}], ...}``."""
        return {
            "frames": [
                {
                    "slice": frame.slice_index,
                    "phase": frame.phase_index,
                    "structures": {
                        code: [[list(point) for point in part] for part in parts]
                        for code, parts in frame.structures.items()
                    },
                }
                for frame in self.frames
            ],
            "complete_structures": list(self.complete_structures),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of :meth:`to_json`; raises ContractViolation on anything malformed."""
        try:
            return cls(
                frames=tuple(
                    FrameLabels(
                        slice_index=int(frame["slice"]),
                        phase_index=int(frame["phase"]),
                        structures={
                            str(code): tuple(
                                tuple((float(x), float(y)) for x, y in part) for part in parts
                            )
                            for code, parts in frame["structures"].items()
                        },
                    )
                    for frame in data["frames"]
                ),
                complete_structures=tuple(str(s) for s in data.get("complete_structures", ())),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ContractViolation(f"Labels are malformed: {error!r}.") from error
