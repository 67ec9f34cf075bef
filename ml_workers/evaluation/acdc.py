"""The 15 ACDC patients kept out of training: what a model draws on them, beside the expert's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement import dice
from ml_workers.confidence.features import STRUCTURES
from ml_workers.inference.segment import Segmentation, Spacing, segment_stack
from ml_workers.training.acdc import AcdcVolume, acdc_volumes
from ml_workers.weights import Model

PHASES = ("ED", "ES")
LEVELS = ("base", "mid", "apex")
WHOLE = "whole"
HARMLESS = ("spacing_assumed",)  # says nothing about the contours


@dataclass(frozen=True)
class Score:
    """Dice of one structure of one patient in one phase, over the whole heart or a third of it."""

    patient: str
    group: str
    phase: str
    structure: str
    level: str
    dice: float


@dataclass(frozen=True)
class Patient:
    """EF in percent from voxel counts, ours and the expert's; what the draft was flagged with; the
    Dice it was expected to have, by structure and then phase."""

    patient: str
    group: str
    ef: dict[str, float]
    expert_ef: dict[str, float]
    flags: tuple[str, ...]
    expected: dict[str, dict[str, float]]


@dataclass(frozen=True)
class AcdcScores:
    scores: tuple[Score, ...]
    patients: tuple[Patient, ...]

    def where(self, **wanted: str) -> list[Score]:
        """Scores with those fields; over the whole heart unless a level is asked for."""
        asked = {"level": WHOLE, **wanted}
        return [s for s in self.scores if all(getattr(s, k) == v for k, v in asked.items())]

    def mean(self, **wanted: str) -> float:
        """Mean Dice over what matches; no filter: over RV, myocardium, LV at ED and ES."""
        return float(np.mean([score.dice for score in self.where(**wanted)]))


def score_held_out(model: Model, folder: Path, patients: int | None = None) -> AcdcScores:
    """On the held-out patients under ``folder`` (the ACDC copy), or the first few of them."""
    return score_patients(model, pairs(folder, held_out=True), patients)


def score_patients(
    model: Model, stream: Iterator[dict[str, AcdcVolume]], patients: int | None = None
) -> AcdcScores:
    """ED and ES are segmented together, as two phases of one stack. The copy gives no pixel
    spacing: its pixels are taken at the model's own size."""
    scores: list[Score] = []
    seen: list[Patient] = []
    for pair in stream:
        if patients is not None and len(seen) == patients:
            break
        pixels = np.stack([pair[phase].image for phase in PHASES], axis=1)
        drawn = segment_stack(model, pixels, Spacing(1.4, 1.4, assumed=True))
        for index, phase in enumerate(PHASES):
            scores += _scores(pair[phase], drawn.labels[:, index])
        seen.append(_patient(pair, drawn))
    return AcdcScores(tuple(scores), tuple(seen))


def pairs(folder: Path, *, held_out: bool) -> Iterator[dict[str, AcdcVolume]]:
    """The two volumes of each patient, by phase."""
    waiting: dict[str, AcdcVolume] = {}
    for volume in acdc_volumes(folder, held_out=held_out):
        other = waiting.pop(volume.patient, None)
        if other is None:
            waiting[volume.patient] = volume
        else:
            yield {volume.phase: volume, other.phase: other}


def levels_of(label: NDArray[np.uint8]) -> dict[str, NDArray[np.intp]]:
    """Slices of the whole stack, and thirds of those in which the expert drew a left ventricle; the
    end with more of the heart is the base."""
    heart = np.flatnonzero((label >= STRUCTURES["myocardium"]).any(axis=(1, 2)))
    area = (label[heart] > 0).sum(axis=(1, 2))
    half = len(heart) // 2
    if area[:half].sum() < area[len(heart) - half :].sum():
        heart = heart[::-1]
    thirds = np.array_split(heart, 3)
    return {WHOLE: np.arange(len(label)), **dict(zip(LEVELS, thirds, strict=True))}


def _scores(volume: AcdcVolume, drawn: NDArray[np.uint8]) -> list[Score]:
    found = []
    for level, slices in levels_of(volume.label).items():
        for name, code in STRUCTURES.items():
            value = dice(drawn[slices] == code, volume.label[slices] == code)
            found.append(
                Score(
                    volume.patient,
                    volume.group,
                    volume.phase,
                    name,
                    level,
                    1.0 if value is None else value,
                )
            )
    return found


def _patient(pair: dict[str, AcdcVolume], drawn: Segmentation) -> Patient:
    ed, es = (pair[phase] for phase in PHASES)
    return Patient(
        patient=ed.patient,
        group=ed.group,
        ef={name: _ef(drawn.labels[:, 0], drawn.labels[:, 1], name) for name in ("lv", "rv")},
        expert_ef={name: _ef(ed.label, es.label, name) for name in ("lv", "rv")},
        flags=tuple(sorted({f.code for f in drawn.findings} - set(HARMLESS))),
        expected=drawn.predicted_dice or {},
    )


def _ef(ed: NDArray[Any], es: NDArray[Any], structure: str) -> float:
    """Percent; all slices of a stack are as thick, so that voxel counts do."""
    code = STRUCTURES[structure]
    largest = int((ed == code).sum())
    return 100 * (1 - int((es == code).sum()) / largest) if largest else 0.0
