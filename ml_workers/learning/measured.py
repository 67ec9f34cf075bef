"""A model on a patient whose labels are known, as the gate reads it."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement import dice
from cmrkit.gate import Case, summarise
from ml_workers.learning.drafts import draft_of
from ml_workers.learning.patients import Patient
from ml_workers.weights import Model

RV, MYOCARDIUM, LV = 1, 2, 3
CODES = {
    "lv_endo": (LV,),
    "lv_epi": (MYOCARDIUM, LV),
    "rv_endo": (RV,),
    "myocardium": (MYOCARDIUM,),
}
PHASES = ("ed", "es")
Labels = NDArray[np.uint8]


def case_of(model: Model, patient: Patient) -> Case:
    """Without pixel spacing there are no volumes in ml, and the gate has nothing to compare there;
    EF is a ratio of voxels. ``seconds`` are those of the processor: other work on the machine
    doesn't count."""
    began = time.process_time()
    drawn = draft_of(model, patient.pixels)
    seconds = time.process_time() - began
    truth = patient.labels
    return {
        "item_id": patient.name,
        "failed": False,
        "message": "",
        "seconds": round(seconds, 3),
        "dice": {name: _by_phase(drawn, truth, codes) for name, codes in CODES.items()},
        "ef_percent": ef_percent(drawn),
        "reference": {"ef_percent": ef_percent(truth)},
    }


def ef_percent(labels: Labels) -> float | None:
    """Of the LV, from voxels at ED and ES; None without an LV at ED."""
    ed, es = (int((labels[:, phase] == LV).sum()) for phase in range(2))
    return 100 * (1 - es / ed) if ed else None


def _by_phase(drawn: Labels, truth: Labels, codes: tuple[int, ...]) -> dict[str, float | None]:
    ours, theirs = np.isin(drawn, codes), np.isin(truth, codes)
    return {name: dice(ours[:, p], theirs[:, p]) for p, name in enumerate(PHASES)}


def summary(cases: list[Case]) -> dict[str, Any]:
    """What the report says about one model on one set."""
    side = summarise(cases)
    return {
        "dice": round(side.mean_dice, 4),
        "dice_by_structure": {
            name: None if value is None else round(value, 4)
            for name, value in side.dice_by_structure.items()
        },
        "ef_mae_points": None if side.ef_mae_points is None else round(side.ef_mae_points, 2),
        "worst_dice": round(side.worst_dice, 4),
        "failed_cases": side.failed_cases,
        "failures": side.failures,
        "seconds_per_case": side.seconds_per_case,
    }
