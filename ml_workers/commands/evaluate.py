"""Measuring a model on the real data that no shipped model was trained on."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml_workers.errors import BadInput
from ml_workers.evaluation import acdc, sunnybrook, tables
from ml_workers.registry import open_model, package_named
from ml_workers.training.package import set_metrics
from ml_workers.weights import Model

SETS = ("acdc", "sunnybrook")


def evaluate(
    model_name: str,
    data: Path,
    sets: list[str] | None = None,
    *,
    report: Path | None = None,
    into_package: bool = False,
) -> dict[str, Any]:
    """The tables of a card and, for ``acdc`` (15 patients), every cell and patient behind them;
    ``sunnybrook`` is the endocardium of SC-HF-I-4. Written to ``report`` where given, and the
    tables into the model's package."""
    model = open_model(model_name)
    found: dict[str, Any] = {
        "model": model_name,
        "weights_sha256": model.weights_sha256,
        "metrics": [],
    }
    for name in sets or SETS:
        if name not in SETS:
            raise BadInput(f"No evaluation set {name!r}; there are {', '.join(SETS)}.")
        _measure[name](model, data / name, found)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(found, indent=1) + "\n")
    if into_package:
        set_metrics(package_named(model_name).folder, found["metrics"])
    return found


def _acdc(model: Model, folder: Path, found: dict[str, Any]) -> None:
    scores = acdc.score_held_out(model, folder)
    found["metrics"] += tables.acdc_tables(scores, model.confidence)
    found["cells"] = tables.cells(scores)
    found["patients"] = [asdict(patient) for patient in scores.patients]


def _sunnybrook(model: Model, folder: Path, found: dict[str, Any]) -> None:
    scores = sunnybrook.score_held_out(model, folder)
    found["metrics"].append(tables.sunnybrook_table(scores))


_measure = {"acdc": _acdc, "sunnybrook": _sunnybrook}
