"""The contours of two sides: every frame, sums by level, where volumes differ. No database."""

from dataclasses import asdict
from typing import Any

from cmrkit.agreement import (
    FrameAgreement,
    attribute_difference,
    base_is_first,
    compare_frames,
    pairs_of_phases,
    slice_levels,
    summarise,
)
from cmrkit.contracts import StructureCode
from portal.agreement.cohort.sides import Side

# a number, the structure whose volume it is, and the phase it is taken at
_VOLUMES = (
    ("edv_ml", StructureCode.LV_ENDO, "ed_phase"),
    ("esv_ml", StructureCode.LV_ENDO, "es_phase"),
    ("rv_edv_ml", StructureCode.RV_ENDO, "ed_phase"),
    ("rv_esv_ml", StructureCode.RV_ENDO, "es_phase"),
)
FRAME_FIELDS = (
    "structure", "slice", "phase", "phase_a", "phase_b", "dice", "hd_mm", "hd95_mm", "mean_mm",
)  # fmt: skip


def compare_sides(a: Side, b: Side) -> tuple[dict[str, Any], list[list[Any]]]:
    """(summary, frames) of ``PairResult``; both empty where a side has no contours to compare."""
    if not (a.facts["assessable"] and b.facts["assessable"]):
        return {"contours": [], "attribution": {}}, []
    base_first = _base_first(a, b)
    frames = compare_frames(a.reading, b.reading, phases_compared(a, b), list(StructureCode))
    levels = {} if base_first is None else slice_levels(_slices(a, b), base_first=base_first)
    summary = {
        "contours": [asdict(row) for row in summarise(frames, levels)],
        "attribution": _attributions(a, b, base_first),
    }
    return summary, [_row(frame) for frame in frames]


def phases_compared(a: Side, b: Side) -> list[tuple[str, int, int]]:
    """What is set against what (:func:`cmrkit.agreement.pairs_of_phases`)."""
    return pairs_of_phases(
        a.reading,
        b.reading,
        (a.facts["ed_phase"], b.facts["ed_phase"]),
        (a.facts["es_phase"], b.facts["es_phase"]),
    )


def _row(frame: FrameAgreement) -> list[Any]:
    """In the order of FRAME_FIELDS."""
    far = frame.distances
    return [
        frame.structure,
        frame.slice_index,
        frame.phase,
        frame.phase_a,
        frame.phase_b,
        round(frame.dice, 6),
        *(
            (None, None, None)
            if far is None
            else (round(mm, 6) for mm in (far.hd_mm, far.hd95_mm, far.mean_mm))
        ),
    ]


def _slices(a: Side, b: Side) -> set[int]:
    """Slices with LV contours of either side, else with any."""
    keys = a.reading.shapes.keys() | b.reading.shapes.keys()
    lv = {s for code, s, _ in keys if code == StructureCode.LV_ENDO}
    return lv or {s for _, s, _ in keys}


def _phases(a: Side, b: Side) -> frozenset[int | None]:
    """Where volumes are taken: each at its own ED and ES, and at the other's."""
    return frozenset(side.facts[name] for side in (a, b) for name in ("ed_phase", "es_phase"))


def _base_first(a: Side, b: Side) -> bool | None:
    """From the LV discs at ED of both sides together."""
    areas: dict[int, float] = {}
    for side in (a, b):
        for (code, s, phase), ml in side.discs(_phases(a, b)).items():
            if code == StructureCode.LV_ENDO and phase == side.facts["ed_phase"]:
                areas[s] = areas.get(s, 0.0) + ml
    return base_is_first(areas)


def _attributions(a: Side, b: Side, base_first: bool | None) -> dict[str, Any]:
    found = {}
    for name, code, phase in _VOLUMES:
        if a.facts["numbers"][name] is None or b.facts["numbers"][name] is None:
            continue
        discs = [
            {(s, p): ml for (c, s, p), ml in side.discs(_phases(a, b)).items() if c == code}
            for side in (a, b)
        ]
        found[name] = asdict(
            attribute_difference(
                *discs,
                phase_a=a.facts[phase],
                phase_b=b.facts[phase],
                base_first=True if base_first is None else base_first,
            )
        )
    return found
