"""What a model makes of a patient whose labels nobody looked at."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cmrkit.selection import Candidate, disagreement
from ml_workers.confidence.features import NAMES, STRUCTURES, features_of
from ml_workers.errors import BadInput
from ml_workers.inference.clean import clean_volume
from ml_workers.inference.network import likeliest, passes
from ml_workers.inference.run import Run
from ml_workers.learning.drafts import Pixels, crops_of
from ml_workers.networks.unet import UNet
from ml_workers.weights import Model


@dataclass(frozen=True)
class Signals:
    uncertainty: float
    expected_dice: float
    disagreement: float

    def candidate(self, name: str, embedding: list[float], stratum: str) -> Candidate:
        return Candidate(
            name,
            self.uncertainty,
            self.expected_dice,
            self.disagreement,
            tuple(embedding),
            stratum,
        )


def signals_of(model: Model, views: Run, pixels: Pixels) -> Signals:
    """Means over phases and structures; ``views``: where the heart lies.

    uncertainty: entropy per pixel of the heart. expected_dice: Dice between the draft and its own
    probabilities, which no label went into. disagreement: between the members, each on the image as
    it lies and mirrored.
    """
    rows, apart = [], []
    for crops in crops_of(views, pixels):
        opinions = passes(model, crops, views.device).numpy()
        draft = clean_volume(likeliest(opinions.mean(axis=0)))
        rows += [features_of(opinions, draft, name) for name in STRUCTURES]
        apart.append(disagreement(opinions.argmax(axis=2).astype(np.uint8)))
    means = dict(zip(NAMES, np.mean(rows, axis=0).tolist(), strict=True))
    return Signals(means["entropy"], means["soft_overlap"], float(np.mean(apart)))


@torch.inference_mode()
def embedding_of(views: Run, pixels: Pixels) -> list[float]:
    """The deepest features of the network that found the heart, averaged over space, slices and
    phases."""
    network = views.model.network
    if not isinstance(network, UNet):
        raise BadInput("Embeddings are taken from networks of Accord alone.")
    deepest: list[Tensor] = []
    hook = network.down[-1].register_forward_hook(
        lambda _module, _given, found: deepest.append(found.float().mean(dim=(2, 3)))
    )
    try:
        for crops in crops_of(views, pixels):
            network(crops.to(views.device))
    finally:
        hook.remove()
    mean = torch.cat(deepest).mean(dim=0)
    return [round(float(value), 6) for value in mean]
