"""The left-ventricular endocardium of the Sunnybrook patient that no model was trained on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cmrkit.agreement import dice
from ml_workers.inference.clean import LV
from ml_workers.inference.segment import Spacing, segment_stack
from ml_workers.training.sunnybrook import HELD_OUT, Study, load_study, mask_of
from ml_workers.weights import Model


@dataclass(frozen=True)
class EndocardiumScores:
    """Dice per frame with an expert's contour, keyed (slice, phase), and the seconds it took."""

    dice: dict[tuple[int, int], float]
    seconds: float

    @property
    def median(self) -> float:
        return float(np.median(list(self.dice.values())))

    @property
    def mean(self) -> float:
        return float(np.mean(list(self.dice.values())))


def score_study(model: Model, study: Study) -> EndocardiumScores:
    """Segment all frames and compare those that an expert drew."""
    spacing = Spacing(study.pixel_mm, study.pixel_mm)
    drawn = segment_stack(model, study.pixels, spacing)
    scores = {}
    for (index, phase), contour in study.endo.items():
        truth = mask_of(contour, study.pixels.shape[2:])
        scores[index, phase] = dice(drawn.labels[index, phase] == LV, truth) or 0.0
    return EndocardiumScores(scores, drawn.seconds)


def score_held_out(model: Model, folder: Path) -> EndocardiumScores:
    """On SC-HF-I-4, under ``folder`` (the Sunnybrook copy)."""
    return score_study(model, load_study(folder, HELD_OUT))
