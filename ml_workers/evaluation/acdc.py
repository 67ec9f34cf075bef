"""The 15 ACDC patients kept out of training: volume Dice at ED and ES."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cmrkit.agreement import dice
from ml_workers.inference.segment import Spacing, segment_stack
from ml_workers.training.acdc import acdc_volumes
from ml_workers.weights import Model

STRUCTURES = {1: "rv", 2: "myocardium", 3: "lv"}


@dataclass(frozen=True)
class AcdcScores:
    """Dice by (patient, phase, structure)."""

    dice: dict[tuple[str, str, str], float]

    def mean(self, *, phase: str | None = None, structure: str | None = None) -> float:
        """Mean over patients of what matches; no filter: over RV, myocardium, LV at ED and ES."""
        chosen = [
            value
            for (_, p, s), value in self.dice.items()
            if phase in (None, p) and structure in (None, s)
        ]
        return float(np.mean(chosen))

    def table(self) -> dict[str, float]:
        rows = {
            f"{s}_{p.lower()}": self.mean(phase=p, structure=s)
            for p in ("ED", "ES")
            for s in STRUCTURES.values()
        }
        return {**rows, "mean": self.mean()}


def score_held_out(model: Model, folder: Path, patients: int | None = None) -> AcdcScores:
    """On the held-out patients under ``folder`` (the ACDC copy), or the first few of them.

    That copy gives no pixel spacing: its pixels are taken at the model's own size.
    """
    scores = {}
    seen: list[str] = []
    for volume in acdc_volumes(folder, held_out=True):
        if volume.patient not in seen:
            seen.append(volume.patient)
        if patients is not None and len(seen) > patients:
            break
        usual = Spacing(1.4, 1.4, assumed=True)
        drawn = segment_stack(model, volume.image[:, None], usual).labels[:, 0]
        for value, name in STRUCTURES.items():
            found = dice(drawn == value, volume.label == value)
            scores[volume.patient, volume.phase, name] = 1.0 if found is None else found
    return AcdcScores(scores)
