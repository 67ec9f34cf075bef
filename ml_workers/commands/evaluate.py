"""Measuring a model on the real data that no shipped model was trained on."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml_workers.errors import BadInput
from ml_workers.evaluation import acdc, emidec, long_axis, sunnybrook, tables
from ml_workers.registry import open_model, package_named
from ml_workers.task import CINE_LAX, CINE_SAX, LGE_SAX
from ml_workers.training.package import set_metrics
from ml_workers.weights import Model

SETS = {CINE_SAX: ("acdc", "sunnybrook"), LGE_SAX: ("emidec",), CINE_LAX: ("drawings",)}
FOLDERS = {"emidec": "lge_png", "drawings": "."}  # drawings are made, not read


def evaluate(
    model_name: str,
    data: Path,
    sets: list[str] | None = None,
    *,
    report: Path | None = None,
    into_package: bool = False,
) -> dict[str, Any]:
    """The tables of a card and, for ``acdc`` (15 patients), every cell and patient behind them;
    ``sunnybrook`` is the endocardium of SC-HF-I-4; ``emidec`` are 15 cases of late enhancement,
    for models of that; ``drawings`` are seeded phantoms, for long-axis models. Without
    ``sets``, all that fit the model. Written to ``report`` where given, and the tables into the
    model's package."""
    model = open_model(model_name)
    found: dict[str, Any] = {
        "model": model_name,
        "weights_sha256": model.weights_sha256,
        "metrics": [],
    }
    known = SETS[model.task]
    for name in sets or known:
        if name not in known:
            raise BadInput(f"No evaluation set {name!r} for it; there are {', '.join(known)}.")
        if not (data / FOLDERS.get(name, name)).is_dir():
            raise BadInput(f"There is no {FOLDERS.get(name, name)!r} in {data.name!r}.")
        _measure[name](model, data / FOLDERS.get(name, name), found)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(found, indent=1) + "\n")
    if into_package:
        folder = Path(model_name)
        named = folder if folder.is_dir() else package_named(model_name).folder
        set_metrics(named, found["metrics"])
    return found


def _acdc(model: Model, folder: Path, found: dict[str, Any]) -> None:
    scores = acdc.score_held_out(model, folder)
    found["metrics"] += tables.acdc_tables(scores, model.confidence)
    found["cells"] = tables.cells(scores)
    found["patients"] = [asdict(patient) for patient in scores.patients]


def _sunnybrook(model: Model, folder: Path, found: dict[str, Any]) -> None:
    scores = sunnybrook.score_held_out(model, folder)
    found["metrics"].append(tables.sunnybrook_table(scores))


def _emidec(model: Model, folder: Path, found: dict[str, Any]) -> None:
    scores = emidec.score_held_out(model, folder)
    found["metrics"] += emidec.tables(scores)
    found["cases"] = [asdict(case) for case in scores]


def _drawings(model: Model, folder: Path, found: dict[str, Any]) -> None:
    found["metrics"] += long_axis.tables(long_axis.score_drawings(model))


_measure = {
    "acdc": _acdc,
    "sunnybrook": _sunnybrook,
    "emidec": _emidec,
    "drawings": _drawings,
}
