"""Making a package of a model from elsewhere: an ONNX file, or the folder of a MONAI bundle."""

import json
import shutil
from pathlib import Path
from typing import Any

from ml_workers.errors import BadInput
from ml_workers.formats import FOREIGN
from ml_workers.formats.tiles import probe
from ml_workers.registry import CARD, check_card
from ml_workers.weights import InputConvention, hash_file

OURS = ("background", "RV cavity", "myocardium", "LV cavity")
SAID_BY_PEOPLE = ("name", "version", "title", "summary", "licence", "noncommercial", "labels")


def register(source: Path, about: Path, out: Path) -> dict[str, Any]:
    """Write a package into ``out`` and return its description.

    ``about`` is JSON with what the file can't say: name, licence, whether it is non-commercial,
    ``labels`` (the network's channel: one of "background", "RV cavity", "myocardium", "LV cavity")
    and ``input`` (``pixel_mm``, ``crop``, ``percentiles``). A bundle's metadata fills what is left
    out. Raises BadInput when something is missing or the network doesn't fit.
    """
    weights, found = _source(source)
    said = {**found, **_read(about)}
    missing = [key for key in SAID_BY_PEOPLE if key not in said]
    if missing:
        raise BadInput(f"{about.name} has to say: {', '.join(missing)}.")
    convention = InputConvention.from_json(InputConvention().to_json() | said.get("input", {}))
    form = "onnx" if weights.suffix == ".onnx" else "torchscript"
    try:
        channels = probe(FOREIGN[form](weights), convention.crop)
    except (ValueError, RuntimeError) as error:
        raise BadInput(f"{weights.name} is no 2D network for this: {error}") from error
    order = _order(said["labels"], channels)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"weights{weights.suffix}"
    shutil.copyfile(weights, target)
    digest = hash_file(target)
    card = {
        "schema": 2,
        "demonstration": False,
        "training_data": [],
        "training_command": "made elsewhere",
        "limits": ["Not measured here until it was evaluated."],
        **{key: value for key, value in said.items() if key != "input"},
        "format": form,
        "input": convention.to_json(),
        "labels": {str(k): name for k, name in enumerate(OURS)},
        "class_order": order,
        "weights": [{"file": target.name, "sha256": digest}],
        "weights_sha256": digest,
        "metrics": [],
    }
    check_card(card)
    (out / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    return card


def _source(source: Path) -> tuple[Path, dict[str, Any]]:
    """The weights, and what a bundle says about itself."""
    if source.is_file() and source.suffix in (".onnx", ".ts"):
        return source, {}
    script = source / "models" / "model.ts"
    if not (source / "configs" / "metadata.json").is_file():
        raise BadInput(f"{source.name!r} is neither an .onnx file nor a MONAI bundle.")
    if not script.is_file():
        raise BadInput(
            "The bundle has no models/model.ts. Make one with: "
            "python -m monai.bundle ckpt_export. Its Python is not run here."
        )
    return script, _bundle_says(_read(source / "configs" / "metadata.json"))


def _bundle_says(metadata: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for ours, theirs in (("version", "version"), ("title", "name"), ("summary", "description")):
        if theirs in metadata:
            said[ours] = str(metadata[theirs])
    if "intended_use" in metadata:
        said["intended_use"] = str(metadata["intended_use"])
    try:
        said["labels"] = metadata["network_data_format"]["outputs"]["pred"]["channel_def"]
    except (KeyError, TypeError):
        pass
    return said


def _order(labels: dict[str, str], channels: int) -> list[int]:
    """The network's channel of each of our classes."""
    by_name = {name: int(channel) for channel, name in labels.items()}
    missing = [name for name in OURS if name not in by_name]
    if missing:
        raise BadInput(f"No channel is named {', '.join(missing)}; labels has {sorted(by_name)}.")
    order = [by_name[name] for name in OURS]
    if max(order) >= channels:
        raise BadInput(f"The network gives {channels} channels; labels names channel {max(order)}.")
    return order


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadInput(f"{path.name} can't be read as JSON: {error}") from error
    if not isinstance(data, dict):
        raise BadInput(f"{path.name} has to hold one JSON object.")
    return data
