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
from ml_workers.training.recipes import RECIPES
from ml_workers.training.shipped import MEMBERS
from ml_workers.training.team import joined
from ml_workers.weights import load_weights


def train_shipped(
    name: str,
    data: Path,
    out: Path,
    *,
    minutes: float | None = None,
    checkpoint: Path | None = None,
    curve: Path | None = None,
    start: Path | None = None,
    batch: int | None = None,
) -> dict[str, Any] | None:
    """Train the model of that name, on from ``start`` where given, and return its card; None in all
    but the leading process of a team, which writes the package."""
    if name not in RECIPES:
        raise BadInput(f"No recipe for {name!r}; there are {', '.join(RECIPES)}.")
    shipped = RECIPES[name]
    recipe = _asked(shipped.recipe, minutes, batch)
    slices = shipped.load(data)
    begun = shipped.start() if shipped.start is not None else None
    if start is not None:
        begun = load_weights(start).network.state_dict()
    last = {"steps": 0, "train_loss": 0.0}
    write = curve_to(curve) if curve is not None else None

    def report(step: int, loss: float, val_dice: float | None) -> None:
        last.update(steps=step, train_loss=round(loss, 4))
        if write is not None:
            write(step, loss, val_dice)

    with joined() as team:
        state = train(
            slices,
            shipped.architecture,
            recipe,
            start=begun,
            checkpoint=checkpoint,
            report=report,
            team=team,
        )
    if not team.leads:
        return None
    return package(name, out, state, recipe, {**last, "slices": len(slices)})


def train_member(
    name: str,
    number: int,
    data: Path,
    *,
    minutes: float | None = None,
    batch: int | None = None,
) -> dict[str, Any] | None:
    """Train member ``number`` of an installed package on from its first, add it to the package and
    return the new ``model.json``. What was measured of the package is taken out. ``minutes`` is for
    each stage. None in all but the leading process of a team."""
    stages = MEMBERS.get(name, {}).get(number)
    if stages is None:
        raise BadInput(f"No recipe for member {number} of {name!r}.")
    package = package_named(name)
    part = package.card["weights"][0]
    begun = load_weights(package.folder / part["file"], expected_sha256=part["sha256"])
    state, made = begun.network.state_dict(), []
    with joined() as team:
        for stage in stages:
            recipe = _asked(stage.recipe, minutes, batch)
            steps = [0]
            state = train(
                stage.load(data),
                Architecture(),
                recipe,
                start=state,
                report=lambda step, loss, val_dice, to=steps: to.append(step),  # type: ignore[misc]
                team=team,
            )
            made.append(
                f"{steps[-1]} steps in {recipe.max_minutes:.0f} minutes on seed {stage.seed} "
                f"(squeezed {stage.squeezed}, filled {stage.filled})"
            )
    if not team.leads:
        return None
    return add_member(package.folder, number, state, begun.convention, _how(made))


def _asked(recipe: Recipe, minutes: float | None, batch: int | None) -> Recipe:
    """The recipe with what was asked for instead."""
    return replace(
        recipe,
        max_minutes=recipe.max_minutes if minutes is None else minutes,
        batch=recipe.batch if batch is None else batch,
    )


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
    made = RECIPES[name]
    return write_package(out, made.about, state, made.architecture, made.convention, facts)
