"""The gate: what a challenger must show before anybody may propose it. Pure; no database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import mean
from typing import Any

STRUCTURES = ("lv_endo", "lv_epi", "rv_endo")
MIN_CASES = 3
BETTER_DICE = 0.005  # the challenger's mean Dice must be higher by this much
STRUCTURE_LOSS = 0.02  # no structure's Dice may fall by more
EF_LOSS_POINTS = 0.5  # nor may the EF error grow by more
WORST_LOSS = 0.05  # nor may the worst case's Dice fall by more


@dataclass(frozen=True)
class Side:
    """One model's results on a test set, summed up. Dice is the mean over ED and ES and over
    structures; errors are mean absolute differences from the reference."""

    mean_dice: float
    dice_by_structure: dict[str, float | None]
    ef_mae_points: float | None
    edv_mae_ml: float | None
    esv_mae_ml: float | None
    worst_dice: float
    failed_cases: int
    n_cases: int


@dataclass(frozen=True)
class Check:
    code: str
    title: str
    champion: float | None
    challenger: float | None
    threshold: float
    passed: bool


def case_dice(case: dict[str, Any]) -> float:
    """Mean over the structures and phases that the reference has; a miss counts as 0."""
    values = [v for s in STRUCTURES for v in case["dice"].get(s, {}).values() if v is not None]
    return mean(values) if values else 0.0


def summarise(cases: Sequence[dict[str, Any]]) -> Side:
    """``cases`` as a worker reports them (docs/architecture.md, evaluate)."""
    by_structure: dict[str, float | None] = {}
    for structure in STRUCTURES:
        values = [v for c in cases for v in c["dice"].get(structure, {}).values() if v is not None]
        by_structure[structure] = mean(values) if values else None
    dice = [case_dice(c) for c in cases]
    return Side(
        mean_dice=mean(dice) if dice else 0.0,
        dice_by_structure=by_structure,
        ef_mae_points=_mae(cases, "ef_percent"),
        edv_mae_ml=_mae(cases, "edv_ml"),
        esv_mae_ml=_mae(cases, "esv_ml"),
        worst_dice=min(dice, default=0.0),
        failed_cases=sum(bool(c["failed"]) for c in cases),
        n_cases=len(cases),
    )


def _mae(cases: Sequence[dict[str, Any]], name: str) -> float | None:
    errors = [
        abs(c[name] - c["reference"][name])
        for c in cases
        if c.get(name) is not None and c["reference"].get(name) is not None
    ]
    return mean(errors) if errors else None


def judge(champion: Side, challenger: Side) -> list[Check]:
    """Every check; the gate is passed when all are."""
    checks = [
        Check("cases", "Enough test cases", None, float(challenger.n_cases), float(MIN_CASES),
              challenger.n_cases >= MIN_CASES),
        Check("mean_dice", "Mean Dice is higher", champion.mean_dice, challenger.mean_dice,
              BETTER_DICE, challenger.mean_dice >= champion.mean_dice + BETTER_DICE),
        Check("worst_dice", "Worst case is no worse", champion.worst_dice, challenger.worst_dice,
              WORST_LOSS, challenger.worst_dice >= champion.worst_dice - WORST_LOSS),
        Check("failed_cases", "No more failed cases", float(champion.failed_cases),
              float(challenger.failed_cases), 0.0,
              challenger.failed_cases <= champion.failed_cases),
        _ef_check(champion.ef_mae_points, challenger.ef_mae_points),
    ]  # fmt: skip
    for structure in STRUCTURES:
        old, new = champion.dice_by_structure[structure], challenger.dice_by_structure[structure]
        kept = old is None or (new is not None and new >= old - STRUCTURE_LOSS)
        checks.append(
            Check(
                f"dice_{structure}", f"Dice of {structure} is kept", old, new, STRUCTURE_LOSS, kept
            )
        )
    return checks


def _ef_check(old: float | None, new: float | None) -> Check:
    kept = new is not None and (old is None or new <= old + EF_LOSS_POINTS)
    return Check("ef_mae_points", "EF error is no larger", old, new, EF_LOSS_POINTS, kept)


def as_json(checks: Sequence[Check]) -> list[dict[str, Any]]:
    return [asdict(c) for c in checks]
