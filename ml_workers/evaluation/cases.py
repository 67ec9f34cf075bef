"""A model against the reference contours of one case: Dice and volumes at ED and ES."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement import dice
from cmrkit.contracts import StackLabels, StackMeta, StructureCode
from cmrkit.geometry import rasterise
from cmrkit.volumes import Function, lv_rv_function
from ml_workers.errors import BadInput

Masks = dict[str, NDArray[np.bool_]]
SCORED = ("lv_endo", "myocardium", "rv_endo")
VOLUMES = ("edv_ml", "esv_ml", "ef_percent", "rv_edv_ml", "rv_esv_ml", "rv_ef_percent")


@dataclass(frozen=True)
class Scope:
    """What is looked at: phase indices of end-diastole and end-systole, and the first and last
    slice that count; None where all do."""

    ed: int
    es: int
    slices: tuple[int, int] | None = None


def scope_of(meta: StackMeta, reference: StackLabels, given: dict[str, Any]) -> Scope:
    """As given (``ed_phase``, ``es_phase``, ``first_slice``, ``last_slice``); else the phases of
    the largest and smallest reference volume, and all slices. Raises BadInput when the reference
    has no two phases."""
    found = lv_rv_function(meta, reference)
    ed = given.get("ed_phase", found.ed_phase)
    es = given.get("es_phase", found.es_phase)
    if ed is None or es is None:
        raise BadInput("The reference has no contours at two phases.")
    first, last = given.get("first_slice"), given.get("last_slice")
    slices = None if first is None or last is None else (int(first), int(last))
    return Scope(int(ed), int(es), slices)


def score_case(
    meta: StackMeta, reference: StackLabels, predicted: StackLabels, scope: Scope
) -> dict[str, Any]:
    """Dice by structure at ED and ES (None where neither has the structure) over the slices that
    count and that the reference labels, their mean, and volumes from both by the same formula."""
    scores: dict[str, dict[str, float | None]] = {}
    for name, phase in (("ed", scope.ed), ("es", scope.es)):
        truth, drawn = _masks(meta, reference, phase), _masks(meta, predicted, phase)
        for structure in (*SCORED, "lv_epi"):
            known = _known_slices(meta, reference, structure, phase) & _counted(meta, scope)
            value = dice(drawn[structure][known], truth[structure][known])
            scores.setdefault(structure, {})[name] = value
    counted = [v for s in SCORED for v in scores[s].values() if v is not None]
    theirs, ours = _function(meta, reference, scope), _function(meta, predicted, scope)
    return {
        "dice": scores,
        "mean_dice": float(np.mean(counted)) if counted else None,
        **{name: getattr(ours, name) for name in VOLUMES},
        "reference": {name: getattr(theirs, name) for name in VOLUMES},
    }


def _function(meta: StackMeta, labels: StackLabels, scope: Scope) -> Function:
    first, last = scope.slices or (None, None)
    return lv_rv_function(
        meta,
        labels,
        ed_phase=scope.ed,
        es_phase=scope.es,
        basal_slice=first,
        apical_slice=last,
    )


def _counted(meta: StackMeta, scope: Scope) -> NDArray[np.bool_]:
    first, last = scope.slices or (0, meta.n_slices - 1)
    index = np.arange(meta.n_slices)
    return (first <= index) & (index <= last)


def _masks(meta: StackMeta, labels: StackLabels, phase: int) -> Masks:
    """Boolean (slice, row, column) per structure."""
    shape = (meta.n_slices, meta.rows, meta.columns)
    masks: Masks = {str(code): np.zeros(shape, dtype=bool) for code in StructureCode}
    for frame in labels.frames:
        if frame.phase_index == phase:
            for code, parts in frame.structures.items():
                masks[code][frame.slice_index] = rasterise(parts, shape[1:])
    masks["myocardium"] = masks["lv_epi"] & ~masks["lv_endo"]
    return masks


def _known_slices(
    meta: StackMeta, reference: StackLabels, structure: str, phase: int
) -> NDArray[np.bool_]:
    """Slices where the reference says whether the structure is there."""
    needed = {"lv_endo", "lv_epi"} if structure == "myocardium" else {structure}
    if needed <= set(reference.complete_structures):
        return np.ones(meta.n_slices, dtype=bool)
    known = np.zeros(meta.n_slices, dtype=bool)
    for frame in reference.frames:
        drawn = set(frame.structures) | set(reference.complete_structures)
        if frame.phase_index == phase and needed <= drawn:
            known[frame.slice_index] = True
    return known


def summarise(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over the cases that could be scored; every failed case is counted, not left out
    silently."""
    scored = [case for case in cases if not case["failed"]]
    means = [case["mean_dice"] for case in scored if case["mean_dice"] is not None]
    by_structure = {
        structure: _mean(
            [v for case in scored for v in case["dice"][structure].values() if v is not None]
        )
        for structure in SCORED
    }
    return {
        "mean_dice": _mean(means),
        "dice_by_structure": by_structure,
        "worst_dice": min(means, default=None),
        "ef_mae_points": _mean_error(scored, "ef_percent"),
        "edv_mae_ml": _mean_error(scored, "edv_ml"),
        "esv_mae_ml": _mean_error(scored, "esv_ml"),
        "failed_cases": len(cases) - len(scored),
    }


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _mean_error(cases: list[dict[str, Any]], name: str) -> float | None:
    pairs = [(case[name], case["reference"][name]) for case in cases]
    return _mean([abs(p - r) for p, r in pairs if p is not None and r is not None])
