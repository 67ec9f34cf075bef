"""Cross-entropy plus Dice, over the pixels whose class is known.

Where a structure was never drawn its label is not background but unknown: the classes that the
drawn label stands for are added up before the loss is taken, and unknown pixels count for nothing.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from ml_workers.training.slices import IGNORE

Total = Callable[[Tensor], Tensor]
"""Sums over all slices at hand become sums over all slices of the batch."""


def _here(values: Tensor) -> Tensor:
    return values


def _merge(probabilities: Tensor, merged: list[tuple[int, ...]]) -> Tensor:
    """Move the probability of a slice's merged classes onto the first of them."""
    out = []
    for p, group in zip(probabilities, merged, strict=True):
        if len(group) > 1:
            total = p[list(group)].sum(dim=0)
            p = torch.stack(
                [
                    total if c == group[0] else (torch.zeros_like(total) if c in group else p[c])
                    for c in range(p.shape[0])
                ]
            )
        out.append(p)
    return torch.stack(out)


def segmentation_loss(
    scores: Tensor, labels: Tensor, merged: list[tuple[int, ...]], total: Total = _here
) -> Tensor:
    """scores (n, classes, rows, columns), labels (n, rows, columns) with 255 for unknown. Where
    these are a part of the batch, ``total`` adds up what all parts have."""
    known = (labels != IGNORE).float()
    target = labels.masked_fill(labels == IGNORE, 0)
    probabilities = torch.softmax(scores.float(), dim=1)
    if any(len(group) > 1 for group in merged):
        probabilities = _merge(probabilities, merged)
    picked = probabilities.gather(1, target[:, None])[:, 0].clamp_min(1e-6)
    one_hot = F.one_hot(target, scores.shape[1]).permute(0, 3, 1, 2).float() * known[:, None]
    p = probabilities * known[:, None]
    overlap = (p * one_hot).sum(dim=(0, 2, 3))
    area = p.sum(dim=(0, 2, 3)) + one_hot.sum(dim=(0, 2, 3))
    surprise = -(picked.log() * known).sum()
    sums = total(torch.cat([surprise[None], known.sum()[None], overlap, area]))
    overlap, area = sums[2:].chunk(2)
    dice = (2 * overlap[1:] + 1) / (area[1:] + 1)
    return sums[0] / sums[1].clamp_min(1) + 1 - dice.mean()


def deep_loss(
    outputs: list[Tensor], labels: Tensor, merged: list[tuple[int, ...]], total: Total = _here
) -> Tensor:
    """The loss at full resolution, plus 0.4 of it at each coarser one."""
    loss = segmentation_loss(outputs[0], labels, merged, total)
    for scores in outputs[1:]:
        step = labels.shape[-1] // scores.shape[-1]
        loss = loss + 0.4 * segmentation_loss(scores, labels[:, ::step, ::step], merged, total)
    return loss
