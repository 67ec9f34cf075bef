"""Writing a model package: weights, card, and a README made from the card."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from ml_workers.networks.unet import Architecture
from ml_workers.registry import CARD, WEIGHTS
from ml_workers.weights import InputConvention, save_weights

LABELS = {"0": "background", "1": "RV cavity", "2": "myocardium", "3": "LV cavity"}


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


def make_card(
    about: About,
    architecture: Architecture,
    convention: InputConvention,
    weights_sha256: str,
    training: dict[str, Any],
    evaluation: dict[str, Any],
) -> dict[str, Any]:
    """The card of a model, JSON-ready."""
    return {
        "schema": 1,
        **about.__dict__,
        "architecture": architecture.to_json(),
        "input": convention.to_json(),
        "labels": LABELS,
        "training": training,
        "evaluation": evaluation,
        "weights_sha256": weights_sha256,
        "intended_use": "Drafts of short-axis cine contours for research; a person decides.",
    }


def write_package(
    folder: Path,
    about: About,
    state: dict[str, torch.Tensor],
    architecture: Architecture,
    convention: InputConvention,
    training: dict[str, Any],
) -> dict[str, Any]:
    """Write ``weights.pt`` and ``card.json``; an evaluation is added by :func:`add_evaluation`."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = save_weights(folder / WEIGHTS, state, architecture, convention)
    card = make_card(about, architecture, convention, digest, training, {})
    _write_card(folder, card)
    return card


def add_evaluation(folder: Path, name: str, result: dict[str, Any]) -> None:
    """Put a measured result into the card, and the README beside it."""
    card = json.loads((folder / CARD).read_text())
    card["evaluation"][name] = result
    _write_card(folder, card)


def _write_card(folder: Path, card: dict[str, Any]) -> None:
    (folder / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    (folder / "README.md").write_text(_readme(card))


def _readme(card: dict[str, Any]) -> str:
    flags = [
        text
        for key, text in (
            ("noncommercial", "**Non-commercial use only.**"),
            ("demonstration", "**For demonstration only: deliberately undertrained.**"),
        )
        if card[key]
    ]
    data = [f"- {d['name']} ({d['licence']}): {d['use']}" for d in card["training_data"]]
    measured = [
        f"- {name}: " + ", ".join(f"{key} {value}" for key, value in result.items())
        for name, result in card["evaluation"].items()
    ]
    sections = [
        f"# {card['title']}",
        f"`{card['name']}` {card['version']}. Licence: {card['licence']}.",
        *flags,
        card["summary"],
        "## Trained on\n" + "\n".join(data),
        f"## How\n```\n{card['training_command']}\n```",
        "## Measured\n" + ("\n".join(measured) or "Nothing yet."),
        "## Limits\n" + "\n".join(f"- {limit}" for limit in card["limits"]),
        f"Weights SHA-256: `{card['weights_sha256']}`. Written from `card.json`.",
    ]
    return "\n\n".join(sections) + "\n"
