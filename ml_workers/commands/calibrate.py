"""Fitting the rule by which a package expects the Dice of its drafts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cmrkit.agreement import dice
from ml_workers.confidence.features import NAMES, STRUCTURES, features_of
from ml_workers.confidence.fitting import Drafts, cross_validate, fit
from ml_workers.confidence.model import Confidence
from ml_workers.device import best_device
from ml_workers.evaluation.acdc import PHASES, pairs
from ml_workers.evaluation.tables import by_structure
from ml_workers.inference.expected import look_again
from ml_workers.inference.run import Run
from ml_workers.inference.segment import Spacing, segment_stack
from ml_workers.registry import package_named
from ml_workers.training.acdc import AcdcVolume
from ml_workers.weights import Model

THRESHOLD = 0.8
USUAL = Spacing(1.4, 1.4, assumed=True)
Row = tuple[np.ndarray[Any, np.dtype[np.float64]], float, str, str]


def calibrate(model_name: str, data: Path) -> dict[str, Any]:
    """Fit to ACDC patients that the model was not trained on, write the package's
    ``confidence_file`` and return what is in it.

    A model that never saw ACDC is fitted to the 60 patients outside the test set. One that was
    trained on those has the 15 of the test set alone: what is said of it is cross-validated.
    """
    package = package_named(model_name)
    trained = any("ACDC" in part["name"] for part in package.card["training_data"])
    model = package.load()
    rows = [row for pair in pairs(data / "acdc", held_out=trained) for row in _rows(model, pair)]
    features, real, structures, patients = (np.array(column) for column in zip(*rows, strict=True))
    drafts = Drafts(features, real, structures, patients)
    expected = cross_validate(drafts)
    triples = list(zip(structures.tolist(), expected.tolist(), real.tolist(), strict=True))
    about = {
        "fitted_to": f"{len(set(patients.tolist()))} ACDC patients that the model never saw, "
        "at ED and ES",
        "fitted_to_test_patients": trained,
        "data_licence": "CC BY-NC-SA 4.0; this file can be left out, drafts are the same without",
        "cross_validated": by_structure(triples, THRESHOLD),
    }
    found = Confidence(model.weights_sha256, NAMES, fit(drafts), THRESHOLD, about).to_json()
    package.confidence_file.parent.mkdir(parents=True, exist_ok=True)
    package.confidence_file.write_text(json.dumps(found, indent=2) + "\n")
    return found


def _rows(model: Model, pair: dict[str, AcdcVolume]) -> Iterator[Row]:
    """Features and real Dice of each structure at ED and ES."""
    pixels = np.stack([pair[phase].image for phase in PHASES], axis=1)
    drawn = segment_stack(model, pixels, USUAL)
    present = np.any(pixels, axis=(2, 3))
    run = Run.over(model, pixels, present, USUAL, best_device())
    # phases are taken one by one: which of them is ED doesn't matter here
    for index, phase in enumerate(PHASES):
        at = slice(index, index + 1)
        seen = look_again(run, pixels[:, at], present[:, at], drawn.labels[:, at])
        for look in seen.values():
            for name, code in STRUCTURES.items():
                real = dice(drawn.labels[:, index] == code, pair[phase].label == code)
                yield (
                    features_of(look.opinions, look.draft, name),
                    1.0 if real is None else real,
                    name,
                    pair[phase].patient,
                )
