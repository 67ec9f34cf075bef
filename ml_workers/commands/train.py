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
from ml_workers.training.shipped import MEMBERS, Stage
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
    checkpoint: Path | None = None,
    curve: Path | None = None,
    batch: int | None = None,
) -> dict[str, Any] | None:
    """Train member ``number`` of an installed package, add it to the package and return the new
    ``model.json``. What was measured of the package is taken out. ``minutes`` is for each stage,
    and each has a checkpoint of its own. None in all but the leading process of a team."""
    stages = MEMBERS.get(name, {}).get(number)
    if stages is None:
        raise BadInput(f"No recipe for member {number} of {name!r}.")
    package = package_named(name)
    part = package.card["weights"][0]
    begun = load_weights(package.folder / part["file"], expected_sha256=part["sha256"])
    state, made = begun.network.state_dict(), []
    write = curve_to(curve) if curve is not None else None
    with joined() as team:
        for n, stage in enumerate(stages, 1):
            recipe = _asked(stage.recipe, minutes, batch)
            steps = [0]

            def report(step: int, loss: float, dice: float | None, to: list[int] = steps) -> None:
                to.append(step)
                if write is not None:
                    write(step, loss, dice)

            state = train(
                stage.load(data),
                Architecture(),
                recipe,
                start=None if stage.anew else state,
                checkpoint=_of_stage(checkpoint, n),
                report=report,
                team=team,
            )
            made.append(_how(stage, recipe, steps[-1]))
    if not team.leads:
        return None
    begins = "chance" if stages[0].anew else "the first member"
    text = f"Trained from {begins}: {', then '.join(made)}."
    return add_member(package.folder, number, state, begun.convention, text)


def _of_stage(checkpoint: Path | None, n: int) -> Path | None:
    return None if checkpoint is None else checkpoint.with_name(f"{checkpoint.name}.{n}")


def _how(stage: Stage, recipe: Recipe, steps: int) -> str:
    limit = f" in {recipe.max_minutes:.0f} minutes" if recipe.max_minutes else ""
    return f"on {stage.learns}, {steps} steps{limit}, seed {recipe.seed}"


def _asked(recipe: Recipe, minutes: float | None, batch: int | None) -> Recipe:
    """The recipe with what was asked for instead."""
    return replace(
        recipe,
        max_minutes=recipe.max_minutes if minutes is None else minutes,
        batch=recipe.batch if batch is None else batch,
    )


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
