"""The 15 EMIDEC cases kept out of training: what a model of late enhancement draws on them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement import dice
from ml_workers.evaluation.acdc import LEVELS, levels_of
from ml_workers.evaluation.bootstrap import mean_interval
from ml_workers.inference.enhancement import CAVITY, NO_REFLOW, SCAR, segment_enhancement
from ml_workers.inference.run import Spacing
from ml_workers.training.emidec import HELD_OUT, LgeCase, lge_cases
from ml_workers.weights import Model

ON_EMIDEC = "Dice on 15 EMIDEC cases kept out"
BY_LEVEL = "Infarct by level"
SIZE = "Infarct as a share of the wall"
WHOLE_INFARCT = "Infarct with its no-reflow"
Labels = NDArray[np.uint8]
Row = dict[str, Any]
STRUCTURES: dict[str, Callable[[Labels], NDArray[np.bool_]]] = {
    "LV cavity": lambda label: label == CAVITY,
    # the wall as a whole, as the challenge counts it: what is dead in it is muscle too
    "Myocardium": lambda label: label > CAVITY,
    "Infarct": lambda label: label == SCAR,
    "No-reflow": lambda label: label == NO_REFLOW,
    WHOLE_INFARCT: lambda label: label >= SCAR,
}


@dataclass(frozen=True)
class CaseScore:
    """Dice over the whole stack by structure and, of the infarct, by third; None where neither the
    expert nor the model drew the structure. Shares are of the whole wall, in percent."""

    case: str
    dice: dict[str, float | None]
    infarct_by_level: dict[str, float | None]
    share: float
    expert_share: float
    expert_no_reflow: bool


def score_held_out(
    model: Model, folder: Path, names: tuple[str, ...] = HELD_OUT
) -> tuple[CaseScore, ...]:
    """The copy gives no pixel spacing: its pixels are taken at the model's own size."""
    return tuple(_score(model, case) for case in lge_cases(folder, names))


def _score(model: Model, case: LgeCase) -> CaseScore:
    result = segment_enhancement(model, case.image[:, None], Spacing(1.4, 1.4, assumed=True))
    drawn, levels = result.labels[:, 0], levels_of(case.label)
    return CaseScore(
        case=case.name,
        dice={name: dice(pick(drawn), pick(case.label)) for name, pick in STRUCTURES.items()},
        infarct_by_level={
            level: dice(drawn[levels[level]] == SCAR, case.label[levels[level]] == SCAR)
            for level in LEVELS
        },
        share=_share(drawn),
        expert_share=_share(case.label),
        expert_no_reflow=bool((case.label == NO_REFLOW).any()),
    )


def _share(label: Labels) -> float:
    wall = int((label > CAVITY).sum())
    return 100 * int((label >= SCAR).sum()) / wall if wall else 0.0


def tables(scores: tuple[CaseScore, ...]) -> list[dict[str, Any]]:
    """As a card shows them. Infarct and no-reflow are averaged over the cases in which the expert
    drew them; a model that draws nothing there scores 0, and what it draws elsewhere is counted as
    a share of the wall."""
    infarcts = [s for s in scores if s.expert_share > 0]
    reflow = [s for s in scores if s.expert_no_reflow]
    asked = {
        "LV cavity": scores,
        "Myocardium": scores,
        "Infarct": infarcts,
        WHOLE_INFARCT: infarcts,
        "No-reflow": reflow,
    }
    return [
        {
            "title": ON_EMIDEC,
            "note": "Volume Dice of each case, then the mean; intervals by drawing cases again. "
            "Infarct and no-reflow: of the cases in which the expert drew it. Myocardium: with "
            "what is dead in it. No spacing came with the images: overlaps only.",
            "rows": [_row(name, found) for name, found in asked.items() if found],
        },
        {
            "title": BY_LEVEL,
            "note": "Thirds of the slices with a ventricle; the end with more heart is the base. "
            "Of the cases with an infarct; a third in which nobody drew any doesn't count.",
            "rows": [row for level in LEVELS if (row := _level_row(level, infarcts))],
        },
        _size_table(scores),
    ]


def _size_table(scores: tuple[CaseScore, ...]) -> dict[str, Any]:
    infarcts = [s for s in scores if s.expert_share > 0]
    without = [s for s in scores if s.expert_share == 0]
    rows: list[Row] = []
    if infarcts:
        bias = {s.case: [s.share - s.expert_share] for s in infarcts}
        error = {s.case: [abs(s.share - s.expert_share)] for s in infarcts}
        rows += [
            _values("With infarct: bias (points)", bias, 1),
            _values("With infarct: mean absolute error (points)", error, 1),
            _count("With infarct: none drawn", infarcts, sum(s.share == 0 for s in infarcts)),
        ]
    if without:
        drawn = {s.case: [s.share] for s in without}
        rows += [
            _values("Without infarct: share drawn (percent)", drawn, 2),
            _count("Without infarct: any drawn", without, sum(s.share > 0 for s in without)),
        ]
    return {"title": SIZE, "note": "Infarct and no-reflow together, of the wall.", "rows": rows}


def _count(name: str, scores: list[CaseScore], value: int) -> Row:
    return {"name": name, "value": value, "n": len(scores)}


def _row(name: str, scores: Any) -> Row:
    return _values(name, {s.case: [s.dice[name] or 0.0] for s in scores})


def _level_row(level: str, scores: list[CaseScore]) -> Row | None:
    found = {s.case: [value] for s in scores if (value := s.infarct_by_level[level]) is not None}
    return _values(level.capitalize(), found) if found else None


def _values(name: str, values: dict[str, list[float]], digits: int = 3) -> Row:
    value, low, high = (round(v, digits) for v in mean_interval(values))
    return {"name": name, "value": value, "low": low, "high": high, "n": len(values)}
