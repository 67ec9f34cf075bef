"""One model's results on a test set, summed up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

STRUCTURES = ("lv_endo", "lv_epi", "rv_endo")
VOLUMES = ("edv_ml", "esv_ml", "ef_percent")
EF_OFF_POINTS = 15.0  # an EF further off is a failure of its own kind
Case = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """Dice is the mean over ED and ES and over structures; errors are mean absolute differences
    from the reference; ``failures`` counts cases by the kind of failure."""

    mean_dice: float
    dice_by_structure: dict[str, float | None]
    ef_mae_points: float | None
    edv_mae_ml: float | None
    esv_mae_ml: float | None
    worst_dice: float
    failed_cases: int
    n_cases: int
    failures: dict[str, int] = field(default_factory=dict)
    seconds_per_case: float | None = None


def structure_dice(case: Case, structure: str) -> float | None:
    """Mean over the phases that the reference has; None where it has none."""
    values = [v for v in case["dice"].get(structure, {}).values() if v is not None]
    return mean(values) if values else None


def case_dice(case: Case) -> float:
    """Mean over the structures and phases that the reference has; a miss counts as 0."""
    values = [v for s in STRUCTURES for v in case["dice"].get(s, {}).values() if v is not None]
    return mean(values) if values else 0.0


def error_of(case: Case, name: str) -> float | None:
    """How far the number lies from the reference; None where either is missing."""
    ours, theirs = case.get(name), case["reference"].get(name)
    return None if ours is None or theirs is None else abs(ours - theirs)


def failures_of(case: Case) -> set[str]:
    """What kinds of failure the case shows."""
    if case["failed"]:
        return {"refused"}
    found = {
        f"missed_{structure}"
        for structure in STRUCTURES
        if 0.0 in [v for v in case["dice"].get(structure, {}).values() if v is not None]
    }
    off = error_of(case, "ef_percent")
    if off is not None and off > EF_OFF_POINTS:
        found.add("ef_off")
    if off is None and case["reference"].get("ef_percent") is not None:
        found.add("no_ef")
    return found


def summarise(cases: Sequence[Case]) -> Side:
    """``cases`` as a worker reports them (docs/architecture.md, evaluate)."""
    dice = [case_dice(c) for c in cases]
    kinds = [kind for c in cases for kind in failures_of(c)]
    seconds = [c["seconds"] for c in cases if c.get("seconds") is not None]
    return Side(
        mean_dice=mean(dice) if dice else 0.0,
        dice_by_structure={s: _mean(structure_dice(c, s) for c in cases) for s in STRUCTURES},
        ef_mae_points=_mean(error_of(c, "ef_percent") for c in cases),
        edv_mae_ml=_mean(error_of(c, "edv_ml") for c in cases),
        esv_mae_ml=_mean(error_of(c, "esv_ml") for c in cases),
        worst_dice=min(dice, default=0.0),
        failed_cases=sum(bool(c["failed"]) for c in cases),
        n_cases=len(cases),
        failures={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        seconds_per_case=median(seconds) if seconds else None,
    )


def _mean(values: Any) -> float | None:
    known = [v for v in values if v is not None]
    return mean(known) if known else None
