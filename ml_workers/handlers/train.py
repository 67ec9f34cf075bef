"""Fine-tuning a model on the reference labels of a dataset version."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from cmrkit.contracts import ModelRef, Split
from ml_workers.errors import BadInput
from ml_workers.handlers.context import Context, only
from ml_workers.networks.unet import Architecture
from ml_workers.registry import WEIGHTS
from ml_workers.training.from_labels import labelled_slices
from ml_workers.training.loop import Recipe, train
from ml_workers.training.package import About, make_card, single
from ml_workers.training.slices import LabelledSlice, subjects
from ml_workers.training.validate import make_validation
from ml_workers.weights import InputConvention, Model, save_weights

MOST_STEPS = 20_000
MOST_AT_ONCE = 64
Splits = dict[Split, list[LabelledSlice]]


def run(context: Context) -> dict[str, Any]:
    """Hand in ``weights`` and ``card``; the loss goes out as points while it runs."""
    base = only(context.envelope.models, "base model")
    model, recipe = context.model(base), recipe_from(context.envelope.params)
    architecture = _trainable(model, base)
    recipe = replace(recipe, size=model.convention.crop)
    splits = _load(context, model)
    if not splits[Split.TRAIN]:
        raise BadInput("None of the dataset's training cases has contours to learn from.")
    validate = make_validation(splits[Split.VALIDATION], recipe.size)
    last: dict[str, Any] = {"val_dice": None}

    def report(step: int, loss: float, val_dice: float | None) -> None:
        rounded = None if val_dice is None else round(val_dice, 4)
        last["val_dice"] = last["val_dice"] if rounded is None else rounded
        point = {"step": step, "loss": round(loss, 4), "val_dice": rounded}
        context.reporter.point(point)
        share = 0.1 + 0.85 * step / recipe.steps
        context.reporter.progress(share, f"Step {step} of {recipe.steps}")

    state = train(
        splits[Split.TRAIN],
        architecture,
        recipe,
        start=model.network.state_dict(),
        report=report,
        validate=validate,
    )
    return _hand_in(
        context, model.convention, architecture, state, recipe, splits, last["val_dice"]
    )


def recipe_from(params: dict[str, Any]) -> Recipe:
    """The recipe that a job's parameters ask for; raises BadInput for one that can't be run."""
    try:
        recipe = Recipe(
            steps=int(params.get("steps", 300)),
            lr=float(params.get("lr", 5e-4)),
            batch=int(params.get("batch", 8)),
            seed=int(params.get("seed", 1)),
            warmup=10,
            ema=0.99,
        )
    except (TypeError, ValueError) as error:
        raise BadInput("steps, lr, batch and seed have to be numbers.") from error
    if not 1 <= recipe.steps <= MOST_STEPS or not 1 <= recipe.batch <= MOST_AT_ONCE:
        raise BadInput(f"Between 1 and {MOST_STEPS} steps of 1 to {MOST_AT_ONCE} slices.")
    if not 0 < recipe.lr <= 10 or recipe.seed < 0:
        raise BadInput("A rate above 0 up to 10, and a seed that is not negative.")
    return recipe


def _load(context: Context, model: Model) -> Splits:
    splits: Splits = {Split.TRAIN: [], Split.VALIDATION: []}
    items = [item for item in context.envelope.inputs if item.split in splits]
    for index, item in enumerate(items):
        context.reporter.progress(0.1 * index / len(items), f"Loading case {index + 1}")
        splits[Split(str(item.split))] += labelled_slices(
            context.pixels(item),
            item.meta,
            context.labels(item),
            subject=item.item_id,
            pixel_mm=model.convention.pixel_mm,
        )
    return splits


def _hand_in(
    context: Context,
    convention: InputConvention,
    architecture: Architecture,
    state: dict[str, torch.Tensor],
    recipe: Recipe,
    splits: Splits,
    val_dice: float | None,
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WEIGHTS
        digest = save_weights(path, state, architecture, convention)
        context.files.put_artifact("weights", path.read_bytes())
    metrics = []
    if splits[Split.VALIDATION] and val_dice is not None:
        metrics = [{"title": "Validation slices", "rows": [{"name": "Dice", "value": val_dice}]}]
    about, training = _about(context, recipe, splits)
    card = make_card(about, architecture, convention, single(digest), training, metrics)
    context.files.put_artifact("card", json.dumps(card).encode())
    return {"card": card, "weights_sha256": digest, "steps": recipe.steps, "val_dice": val_dice}


def _trainable(model: Model, base: ModelRef) -> Architecture:
    if model.architecture is None:
        raise BadInput(f"{base.name} was made elsewhere: it can draft, and can't be trained here.")
    return model.architecture


def _about(context: Context, recipe: Recipe, splits: Splits) -> tuple[About, dict[str, Any]]:
    """The new model's words. What the base was trained on, and its restrictions, carry over."""
    params, base = context.envelope.params, context.envelope.models[0]
    package = context.package(base)
    inherited: dict[str, Any] = package.card if package else params.get("base_card", {})
    learnt_from = splits[Split.TRAIN]
    learnt = {
        "name": str(params.get("dataset", "A dataset version of this project")),
        "licence": "the project's own",
        "use": f"{len(subjects(learnt_from))} cases, {len(learnt_from)} frames",
    }
    about = About(
        name=str(params.get("name", base.name)),
        version=str(params.get("version", "1")),
        title=str(params.get("title", "Fine-tuned model")),
        summary=f"{base.name} {base.version}, trained further on this project's reference labels.",
        licence=str(inherited.get("licence", "the project's own")),
        training_data=[*inherited.get("training_data", []), learnt],
        training_command="a training run of this project",
        noncommercial=bool(inherited.get("noncommercial", False)),
        limits=list(inherited.get("limits", [])),
    )
    training = {
        "steps": recipe.steps,
        "lr": recipe.lr,
        "batch": recipe.batch,
        "seed": recipe.seed,
        "base": {"name": base.name, "version": base.version, "weights_sha256": base.weights_sha256},
    }
    return about, training
