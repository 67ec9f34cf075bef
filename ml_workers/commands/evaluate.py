"""Measuring a model on the real data that no shipped model was trained on."""

from pathlib import Path
from typing import Any

from ml_workers.errors import BadInput
from ml_workers.evaluation import acdc, sunnybrook
from ml_workers.registry import open_model, package_named
from ml_workers.training.package import add_evaluation
from ml_workers.weights import Model


def evaluate(
    model_name: str, data: Path, sets: list[str], *, into_card: bool = False
) -> dict[str, Any]:
    """Results by set: ``acdc`` (15 patients) and ``sunnybrook`` (SC-HF-I-4, endocardium)."""
    model = open_model(model_name)
    results = {}
    for name in sets:
        if name not in SETS:
            raise BadInput(f"No evaluation set {name!r}; there are {', '.join(SETS)}.")
        results[TITLES[name]] = SETS[name](model, data / name)
    if into_card:
        folder = package_named(model_name).folder
        for title, result in results.items():
            add_evaluation(folder, title, result)
    return results


def _acdc(model: Model, folder: Path) -> dict[str, Any]:
    return {
        key: round(value, 3) for key, value in acdc.score_held_out(model, folder).table().items()
    }


def _sunnybrook(model: Model, folder: Path) -> dict[str, Any]:
    scores = sunnybrook.score_held_out(model, folder)
    return {
        "frames": len(scores.dice),
        "median": round(scores.median, 3),
        "mean": round(scores.mean, 3),
        "worst": round(min(scores.dice.values()), 3),
    }


SETS = {"acdc": _acdc, "sunnybrook": _sunnybrook}
TITLES = {
    "acdc": "Dice on 15 ACDC patients kept out",
    "sunnybrook": "Endocardial Dice on Sunnybrook SC-HF-I-4",
}
