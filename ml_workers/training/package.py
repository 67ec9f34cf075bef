"""Writing a model package: weights, ``model.json``, and a README made from it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from ml_workers.networks.unet import Architecture
from ml_workers.registry import CARD, WEIGHTS, check_card, identity_of
from ml_workers.task import CINE_SAX, Task
from ml_workers.training.readme import readme
from ml_workers.weights import InputConvention, save_weights

SCHEMA = 2
Parts = list[dict[str, Any]]


@dataclass(frozen=True)
class About:
    """What a card says that the weights can't: where they come from and what they may be used
    for."""

    name: str
    version: str
    title: str
    summary: str
    licence: str
    training_data: list[dict[str, str]]
    training_command: str
    noncommercial: bool = False
    demonstration: bool = False
    limits: list[str] = field(default_factory=list)
    task: Task = CINE_SAX

    def to_json(self) -> dict[str, Any]:
        said = {key: value for key, value in self.__dict__.items() if key != "task"}
        # a card without a task is one of short-axis cine: those written before stay as they are
        return said if self.task is CINE_SAX else {**said, "task": self.task.name}


def single(sha256: str) -> Parts:
    """The list of weights of a package with one file."""
    return [{"file": WEIGHTS, "sha256": sha256}]


def make_card(
    about: About,
    architecture: Architecture,
    convention: InputConvention,
    weights: Parts,
    training: dict[str, Any],
    metrics: list[dict[str, Any]],
) -> dict[str, Any]:
    """What ``model.json`` holds."""
    return {
        "schema": SCHEMA,
        **about.to_json(),
        "intended_use": about.task.intended_use,
        "scope": about.task.scope,
        "format": "safetensors",
        "architecture": architecture.to_json(),
        "input": convention.to_json(),
        "labels": about.task.labels,
        "training": training,
        "metrics": metrics,
        "weights": weights,
        "weights_sha256": identity_of(weights),
    }


def write_package(
    folder: Path,
    about: About,
    state: dict[str, torch.Tensor],
    architecture: Architecture,
    convention: InputConvention,
    training: dict[str, Any],
) -> dict[str, Any]:
    """Write the weights and ``model.json``; metrics are added by :func:`set_metrics`."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = save_weights(folder / WEIGHTS, state, architecture, convention, about.task)
    card = make_card(about, architecture, convention, single(digest), training, [])
    write_card(folder, card)
    return card


def add_member(
    folder: Path,
    number: int,
    state: dict[str, torch.Tensor],
    convention: InputConvention,
    made: str,
) -> dict[str, Any]:
    """Put a member's weights into a package, in place of an earlier one of that number; ``made``
    says how. The identity changes, so that nothing measured before is true any more."""
    card = json.loads((folder / CARD).read_text())
    name = f"weights-{number}.safetensors"
    digest = save_weights(
        folder / name, state, Architecture.from_json(card["architecture"]), convention
    )
    kept = [part for part in card["weights"] if part["file"] != name]
    parts = [*kept, {"file": name, "sha256": digest, "made": made}]
    card |= {"weights": parts, "weights_sha256": identity_of(parts), "metrics": []}
    write_card(folder, card)
    return dict(card)


def set_metrics(folder: Path, metrics: list[dict[str, Any]]) -> None:
    """Replace the measured results in ``model.json``, and the README beside it."""
    card = json.loads((folder / CARD).read_text())
    write_card(folder, {**card, "metrics": metrics})


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write ``model.json`` and the README; ValueError for a card that no worker could use."""
    check_card(card)
    (folder / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    (folder / "README.md").write_text(readme(card))
