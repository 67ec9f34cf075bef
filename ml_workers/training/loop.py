"""The training loop: deterministic in its seed and step, resumable, with a mean of weights.

A step depends on the recipe's seed and the step's number alone, and so do the changes that each
slice of its batch undergoes: it is the same step however many processes share it.
"""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml_workers.device import best_device, mixed_precision
from ml_workers.networks.unet import Architecture, UNet
from ml_workers.training.augment import sample
from ml_workers.training.loss import deep_loss
from ml_workers.training.slices import LabelledSlice
from ml_workers.training.team import Team

Report = Callable[[int, float, float | None], None]
"""Called with the step, the mean loss since the last call, and the validation Dice if measured."""


@dataclass(frozen=True)
class Recipe:
    """How to train: everything that changes the result apart from the data. ``batch`` is what a
    step learns from, in all processes together."""

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
    team: Team | None = None,
    save_every_s: float = 120.0,
) -> dict[str, torch.Tensor]:
    """Train on the slices and return the running mean of the weights.

    ``checkpoint`` is written every ``save_every_s`` and taken up again if it exists. In a team, all
    processes get the same result; only the leader's ``checkpoint``, ``report`` and ``validate`` are
    used.
    """
    if not slices:
        raise ValueError("No labelled slices to train on.")
    team = team or Team(best_device())
    mine = team.share(recipe.batch)
    torch.manual_seed(recipe.seed)
    model = UNet(architecture).to(team.device)
    if start is not None:
        model.load_state_dict(start)
    mean = copy.deepcopy(model).eval()
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay
    )
    held = team.from_leader(_held(checkpoint) if team.leads else None)
    step, spent_s = _resume(held, model, mean, optimiser)
    shared = team.wrap(model)
    weights = np.array([s.weight for s in slices])
    weights /= weights.sum()
    began, saved, losses = time.monotonic() - spent_s, time.monotonic(), []
    model.train()
    while True:
        spent_s = time.monotonic() - began
        done = team.from_leader(_done(recipe, step, spent_s))
        if done >= 1:
            break
        rng = np.random.default_rng([recipe.seed, step])
        chosen = rng.choice(len(slices), recipe.batch, p=weights)
        picked = [slices[i] for i in chosen[mine]]
        images, labels = _changed(picked, recipe, step, mine)
        for group in optimiser.param_groups:
            group["lr"] = recipe.lr * min(1.0, (step + 1) / recipe.warmup) * (1 - done) ** 0.9
        with mixed_precision(team.device):
            outputs = shared(images.to(team.device))
        merged = [s.merged for s in picked]
        loss = deep_loss(outputs, labels.to(team.device), merged, team.total)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        _follow(mean, model, min(recipe.ema, (step + 1) / (step + 10)))
        losses.append(loss.item())
        step += 1
        ended = step == recipe.steps
        if team.leads and (step % every == 0 or ended):
            if report is not None:
                measured = validate is not None and (step % validate_every == 0 or ended)
                score = validate(mean) if validate is not None and measured else None
                report(step, float(np.mean(losses)), score)
            losses = []
        if team.leads and checkpoint is not None and time.monotonic() - saved > save_every_s:
            _save(checkpoint, model, mean, optimiser, step, spent_s)
            saved = time.monotonic()
    if team.leads and checkpoint is not None:
        _save(checkpoint, model, mean, optimiser, step, spent_s)
    return {k: v.detach().cpu() for k, v in mean.state_dict().items()}


def _changed(
    picked: list[LabelledSlice], recipe: Recipe, step: int, places: range
) -> tuple[torch.Tensor, torch.Tensor]:
    """The slices at those places of the step's batch, each changed by dice of its own."""
    drawn = [
        sample([s.image], [s.label], recipe.size, np.random.default_rng([recipe.seed, step, place]))
        for s, place in zip(picked, places, strict=True)
    ]
    return torch.cat([image for image, _ in drawn]), torch.cat([label for _, label in drawn])


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


def _held(path: Path | None) -> dict[str, Any] | None:
    if path is None or not path.exists():
        return None
    held: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return held


def _resume(
    held: dict[str, Any] | None, model: UNet, mean: UNet, optimiser: torch.optim.Optimizer
) -> tuple[int, float]:
    if held is None:
        return 0, 0.0
    model.load_state_dict(held["model"])
    mean.load_state_dict(held["mean"])
    optimiser.load_state_dict(held["optimiser"])
    return int(held["step"]), float(held["spent_s"])


def curve_to(path: Path) -> Report:
    """A report that appends JSON lines to a file."""

    def report(step: int, loss: float, val_dice: float | None) -> None:
        point = {"step": step, "train_loss": round(loss, 4)}
        if val_dice is not None:
            point["val_dice"] = round(val_dice, 4)
        with path.open("a") as handle:
            handle.write(json.dumps(point) + "\n")

    return report
