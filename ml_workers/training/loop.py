"""The training loop: deterministic in its seed and step, resumable, with a mean of weights."""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ml_workers.device import best_device, mixed_precision
from ml_workers.networks.unet import Architecture, UNet
from ml_workers.training.augment import sample
from ml_workers.training.loss import deep_loss
from ml_workers.training.slices import LabelledSlice

Report = Callable[[int, float, float | None], None]
"""Called with the step, the mean loss since the last call, and the validation Dice if measured."""


@dataclass(frozen=True)
class Recipe:
    """How to train: everything that changes the result apart from the data."""

    steps: int = 2000
    batch: int = 8
    size: int = 128
    lr: float = 2e-3
    weight_decay: float = 1e-2
    ema: float = 0.998
    warmup: int = 50
    seed: int = 1
    max_minutes: float = 0.0  # 0: no limit; else the schedule ends with the minutes


def train(
    slices: list[LabelledSlice],
    architecture: Architecture,
    recipe: Recipe,
    *,
    start: dict[str, torch.Tensor] | None = None,
    checkpoint: Path | None = None,
    report: Report | None = None,
    every: int = 10,
    validate: Callable[[UNet], float] | None = None,
    validate_every: int = 50,
) -> dict[str, torch.Tensor]:
    """Train on the slices and return the running mean of the weights.

    ``checkpoint`` is written every few minutes and taken up again if it exists.
    """
    if not slices:
        raise ValueError("No labelled slices to train on.")
    torch.manual_seed(recipe.seed)
    device = best_device()
    model = UNet(architecture).to(device)
    if start is not None:
        model.load_state_dict(start)
    mean = copy.deepcopy(model).eval()
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay
    )
    step, spent_s = _resume(checkpoint, model, mean, optimiser)
    weights = np.array([s.weight for s in slices])
    weights /= weights.sum()
    began, saved, losses = time.monotonic() - spent_s, time.monotonic(), []
    model.train()
    while True:
        spent_s = time.monotonic() - began
        done = _done(recipe, step, spent_s)
        if done >= 1:
            break
        rng = np.random.default_rng([recipe.seed, step])
        picked = [slices[i] for i in rng.choice(len(slices), recipe.batch, p=weights)]
        images, labels = sample(
            [s.image for s in picked], [s.label for s in picked], recipe.size, rng
        )
        for group in optimiser.param_groups:
            group["lr"] = recipe.lr * min(1.0, (step + 1) / recipe.warmup) * (1 - done) ** 0.9
        images = images.to(device)
        with mixed_precision(device):
            outputs = model(images)
        loss = deep_loss(outputs, labels.to(device), [s.merged for s in picked])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        _follow(mean, model, min(recipe.ema, (step + 1) / (step + 10)))
        losses.append(loss.item())
        step += 1
        ended = step == recipe.steps
        if step % every == 0 or ended:
            if report is not None:
                measured = validate is not None and (step % validate_every == 0 or ended)
                score = validate(mean) if validate is not None and measured else None
                report(step, float(np.mean(losses)), score)
            losses = []
        if checkpoint is not None and time.monotonic() - saved > 120:
            _save(checkpoint, model, mean, optimiser, step, spent_s)
            saved = time.monotonic()
    if checkpoint is not None:
        _save(checkpoint, model, mean, optimiser, step, spent_s)
    return {k: v.detach().cpu() for k, v in mean.state_dict().items()}


def _done(recipe: Recipe, step: int, spent_s: float) -> float:
    by_time = spent_s / (recipe.max_minutes * 60) if recipe.max_minutes else 0.0
    return max(step / recipe.steps, by_time)


@torch.no_grad()
def _follow(mean: UNet, model: UNet, keep: float) -> None:
    for slow, fast in zip(mean.parameters(), model.parameters(), strict=True):
        slow.mul_(keep).add_(fast, alpha=1 - keep)


def _save(
    path: Path, model: UNet, mean: UNet, optimiser: torch.optim.Optimizer, step: int, spent_s: float
) -> None:
    draft = path.with_suffix(".new")
    state = {"model": model.state_dict(), "mean": mean.state_dict(), "step": step}
    torch.save({**state, "optimiser": optimiser.state_dict(), "spent_s": spent_s}, draft)
    draft.replace(path)


def _resume(
    path: Path | None, model: UNet, mean: UNet, optimiser: torch.optim.Optimizer
) -> tuple[int, float]:
    if path is None or not path.exists():
        return 0, 0.0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    mean.load_state_dict(state["mean"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"]), float(state["spent_s"])


def curve_to(path: Path) -> Report:
    """A report that appends JSON lines to a file."""

    def report(step: int, loss: float, val_dice: float | None) -> None:
        point = {"step": step, "train_loss": round(loss, 4)}
        if val_dice is not None:
            point["val_dice"] = round(val_dice, 4)
        with path.open("a") as handle:
            handle.write(json.dumps(point) + "\n")

    return report
