"""What a draft says of a case that nobody labelled yet: how much reading it would teach."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cmrkit.selection import disagreement
from ml_workers.confidence.features import NAMES, STRUCTURES, Shares, features_of
from ml_workers.inference.expected import Seen
from ml_workers.inference.run import Run
from ml_workers.networks.unet import UNet


@dataclass(frozen=True)
class Doubt:
    """Of one phase. entropy: per pixel of the heart. soft_overlap: Dice between the draft and its
    own probabilities, mean over structures. disagreement: between the opinions, each member's on
    the image as it lies and mirrored (:func:`cmrkit.selection.disagreement`)."""

    entropy: float
    soft_overlap: float
    disagreement: float


@dataclass(frozen=True)
class Signals:
    """Of ED and ES of one stack, means over both. embedding: the deepest features of the first
    network, averaged over space, slices and phases; None for a network that isn't Accord's."""

    entropy: float
    disagreement: float
    embedding: tuple[float, ...] | None

    def to_json(self) -> dict[str, Any]:
        return {
            "entropy": self.entropy,
            "disagreement": self.disagreement,
            "embedding": None if self.embedding is None else list(self.embedding),
        }


def doubt_of(opinions: Shares, draft: NDArray[np.uint8]) -> Doubt:
    """opinions (passes, slice, classes, rows, columns): class probabilities. draft (slice, rows,
    columns): the cleaned classes."""
    rows = [features_of(opinions, draft, name) for name in STRUCTURES]
    means = dict(zip(NAMES, np.mean(rows, axis=0).tolist(), strict=True))
    apart = disagreement(opinions.argmax(axis=2).astype(np.uint8))
    return Doubt(means["entropy"], means["soft_overlap"], apart)


@torch.inference_mode()
def deepest_features(network: UNet, phases: Iterable[Tensor], device: torch.device) -> list[float]:
    """Mean over all crops (n, 1, crop, crop) of all phases."""
    deepest: list[Tensor] = []
    hook = network.down[-1].register_forward_hook(
        lambda _module, _given, found: deepest.append(found.float().mean(dim=(2, 3)))
    )
    try:
        for crops in phases:
            network(crops.to(device))
    finally:
        hook.remove()
    return [round(float(value), 6) for value in torch.cat(deepest).mean(dim=0)]


def signals_of(
    run: Run, pixels: NDArray[Any], present: NDArray[np.bool_], seen: Seen
) -> Signals | None:
    """``seen``: every opinion on ED and ES (``look_again``); None where no LV was found."""
    if not seen:
        return None
    doubts = [doubt_of(look.opinions, look.draft) for look in seen.values()]
    network, embedding = run.model.network, None
    if isinstance(network, UNet):
        crops = [run.crops(pixels[present[:, s.phase], s.phase]) for s in seen.values()]
        embedding = tuple(deepest_features(network, crops, run.device))
    return Signals(
        entropy=round(float(np.mean([doubt.entropy for doubt in doubts])), 6),
        disagreement=round(float(np.mean([doubt.disagreement for doubt in doubts])), 6),
        embedding=embedding,
    )
