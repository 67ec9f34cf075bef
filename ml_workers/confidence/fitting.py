"""Fitting the rule that expects a Dice, and measuring how well it does on other patients."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_workers.confidence.features import STRUCTURES
from ml_workers.confidence.model import Rule

PENALTY = 3.0  # on standardised weights: as much as three drafts
FOLDS = 5
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Drafts:
    """One row per draft of one structure in one phase, with the Dice that an expert's contours gave
    it. features (n, features), dice (n,), structure and patient (n,)."""

    features: Array
    dice: Array
    structure: NDArray[np.str_]
    patient: NDArray[np.str_]


def fit(drafts: Drafts) -> dict[str, Rule]:
    """A ridge regression per structure."""
    return {
        name: _ridge(drafts.features[at], drafts.dice[at])
        for name in STRUCTURES
        for at in [drafts.structure == name]
    }


def predict(rules: dict[str, Rule], drafts: Drafts) -> Array:
    found = np.zeros(len(drafts.dice))
    for name, rule in rules.items():
        at = drafts.structure == name
        found[at] = rule.predict(drafts.features[at])
    return found


def cross_validate(drafts: Drafts, folds: int = FOLDS) -> Array:
    """What is expected of each draft by rules that never saw its patient."""
    found = np.zeros(len(drafts.dice))
    names = sorted(set(drafts.patient.tolist()))
    for fold in range(folds):
        out = np.isin(drafts.patient, names[fold::folds])
        found[out] = predict(fit(_part(drafts, ~out)), _part(drafts, out))
    return found


def _part(drafts: Drafts, at: NDArray[np.bool_]) -> Drafts:
    return Drafts(drafts.features[at], drafts.dice[at], drafts.structure[at], drafts.patient[at])


def _ridge(features: Array, dice: Array) -> Rule:
    means, scales = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    standard = (features - means) / scales
    square = standard.T @ standard + PENALTY * np.eye(standard.shape[1])
    weights = np.linalg.solve(square, standard.T @ (dice - dice.mean()))
    return Rule(
        float(dice.mean()), tuple(weights.tolist()), tuple(means.tolist()), tuple(scales.tolist())
    )


def quality(expected: Array, real: Array, threshold: float) -> dict[str, float]:
    """Mean absolute error, bias, correlation, slope of real on expected Dice (1: calibrated), and
    what a threshold on the expected Dice finds of the drafts whose real Dice is below it."""
    slope = float(np.polyfit(expected, real, 1)[0]) if expected.std() > 1e-6 else 0.0
    poor, flagged = real < threshold, expected < threshold
    return {
        "n": len(real),
        "mae": float(np.abs(expected - real).mean()),
        "bias": float((expected - real).mean()),
        "correlation": float(np.corrcoef(expected, real)[0, 1]) if expected.std() > 1e-6 else 0.0,
        "slope": slope,
        "poor": int(poor.sum()),
        "flagged": int(flagged.sum()),
        "poor_flagged": int((poor & flagged).sum()),
    }
