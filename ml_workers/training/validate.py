"""Dice on slices kept out of training, quick enough to run every few steps."""

from collections.abc import Callable

import numpy as np
import torch

from ml_workers.device import mixed_precision
from ml_workers.networks.unet import UNet
from ml_workers.training.augment import centred_crops
from ml_workers.training.slices import IGNORE, LabelledSlice

MOST_SLICES = 48
BATCH = 16


def make_validation(slices: list[LabelledSlice], size: int) -> Callable[[UNet], float] | None:
    """A function from network to mean Dice over the structures present, each pooled over the
    slices; None without slices. Of many slices an even choice is taken. Runs where the network is,
    at the precision that training and inference use there."""
    if not slices:
        return None
    step = max(1, len(slices) // MOST_SLICES)
    chosen = slices[::step][:MOST_SLICES]
    images, labels = centred_crops([s.image for s in chosen], [s.label for s in chosen], size)
    unknown = [set(s.merged) for s in chosen]

    @torch.inference_mode()
    def validate(network: UNet) -> float:
        network.eval()
        device = next(network.parameters()).device
        overlap, total = np.zeros(4), np.zeros(4)
        for start in range(0, len(images), BATCH):
            with mixed_precision(device):
                scores = network(images[start : start + BATCH].to(device))[0]
            found = scores.argmax(dim=1).cpu().numpy()
            for k, drawn in enumerate(found):
                truth = labels[start + k].numpy()
                counted = truth != IGNORE
                for code in {1, 2, 3} - unknown[start + k]:
                    a, b = (drawn == code) & counted, truth == code
                    overlap[code] += 2 * np.logical_and(a, b).sum()
                    total[code] += a.sum() + b.sum()
        present = total > 0
        return float((overlap[present] / total[present]).mean()) if present.any() else 0.0

    return validate
