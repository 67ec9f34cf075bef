"""Training a shipped model and writing its package."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from ml_workers.errors import BadInput
from ml_workers.networks.unet import Architecture
from ml_workers.registry import package_named
from ml_workers.training.loop import Recipe, curve_to, train
from ml_workers.training.package import add_member, write_package
from ml_workers.training.shipped import MEMBERS, SHIPPED
from ml_workers.weights import InputConvention, load_weights


def train_shipped(
    name: str,
    data: Path,
    out: Path,
    *,
    minutes: float | None = None,
    checkpoint: Path | None = None,
    curve: Path | None = None,
    start: Path | None = None,
) -> dict[str, Any]:
    """Train the model of that name, on from ``start`` where given, and return its card."""
    if name not in SHIPPED:
        raise BadInput(f"No recipe for {name!r}; there are {', '.join(SHIPPED)}.")
    shipped = SHIPPED[name]
    recipe = shipped.recipe if minutes is None else replace(shipped.recipe, max_minutes=minutes)
    slices = shipped.load(data)
    begun = load_weights(start).network.state_dict() if start is not None else None
    last = {"steps": 0, "train_loss": 0.0}
    write = curve_to(curve) if curve is not None else None

    def report(step: int, loss: float, val_dice: float | None) -> None:
        last.update(steps=step, train_loss=round(loss, 4))
        if write is not None:
            write(step, loss, val_dice)

    state = train(slices, Architecture(), recipe, start=begun, checkpoint=checkpoint, report=report)
    return package(name, out, state, recipe, {**last, "slices": len(slices)})


def train_member(
    name: str, number: int, data: Path, *, minutes: float | None = None
) -> dict[str, Any]:
    """Train member ``number`` of an installed package on from its first, add it to the package and
    return the new ``model.json``. What was measured of the package is taken out. ``minutes`` is for
    each stage."""
    stages = MEMBERS.get(name, {}).get(number)
    if stages is None:
        raise BadInput(f"No recipe for member {number} of {name!r}.")
    package = package_named(name)
    part = package.card["weights"][0]
    begun = load_weights(package.folder / part["file"], expected_sha256=part["sha256"])
    state, made = begun.network.state_dict(), []
    for stage in stages:
        recipe = stage.recipe
        if minutes is not None:
            recipe = replace(recipe, max_minutes=minutes)
        steps = [0]
        state = train(
            stage.load(data),
            Architecture(),
            recipe,
            start=state,
            report=lambda step, loss, val_dice, to=steps: to.append(step),  # type: ignore[misc]
        )
        made.append(
            f"{steps[-1]} steps in {recipe.max_minutes:.0f} minutes on seed {stage.seed} "
            f"(squeezed {stage.squeezed}, filled {stage.filled})"
        )
    return add_member(package.folder, number, state, begun.convention, _how(made))


def _how(made: list[str]) -> str:
    return f"Trained on from the first member, on slices drawn anew: {', then '.join(made)}."


def package(
    name: str, out: Path, state: dict[str, torch.Tensor], recipe: Recipe, training: dict[str, Any]
) -> dict[str, Any]:
    """Write the package of a shipped model from its weights."""
    facts = {
        **training,
        "batch": recipe.batch,
        "lr": recipe.lr,
        "seed": recipe.seed,
        "minutes": recipe.max_minutes or None,
        "torch": torch.__version__,
        "trained_on": datetime.now(UTC).date().isoformat(),
    }
    return write_package(
        out, SHIPPED[name].about, state, Architecture(), InputConvention(crop=recipe.size), facts
    )
