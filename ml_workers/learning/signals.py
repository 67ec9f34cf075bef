"""What a model makes of a patient whose labels nobody looked at."""

from dataclasses import dataclass

import numpy as np

from cmrkit.selection import Candidate
from ml_workers.errors import BadInput
from ml_workers.inference.clean import clean_volume
from ml_workers.inference.network import likeliest, passes
from ml_workers.inference.run import Run
from ml_workers.inference.signals import deepest_features, doubt_of
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
    """Means over phases; ``views``: where the heart lies. Expected is the Dice between the draft
    and its own probabilities, which no label went into."""
    doubts = []
    for crops in crops_of(views, pixels):
        opinions = passes(model, crops, views.device).numpy()
        doubts.append(doubt_of(opinions, clean_volume(likeliest(opinions.mean(axis=0)))))
    return Signals(
        float(np.mean([doubt.entropy for doubt in doubts])),
        float(np.mean([doubt.soft_overlap for doubt in doubts])),
        float(np.mean([doubt.disagreement for doubt in doubts])),
    )


def embedding_of(views: Run, pixels: Pixels) -> list[float]:
    """By the network that found the heart."""
    network = views.model.network
    if not isinstance(network, UNet):
        raise BadInput("Embeddings are taken from networks of Accord alone.")
    return deepest_features(network, crops_of(views, pixels), views.device)
