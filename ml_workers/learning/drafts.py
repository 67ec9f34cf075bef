"""Drafts of patients without pixel spacing: labels alone, which is all that is measured here."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_workers.device import best_device
from ml_workers.inference.clean import clean_volume
from ml_workers.inference.network import class_shares, likeliest
from ml_workers.inference.run import Run, Spacing
from ml_workers.weights import Model

USUAL = Spacing(1.4, 1.4, assumed=True)
Pixels = NDArray[Any]


def look(model: Model, pixels: Pixels) -> Run:
    """Where the model sees the heart in pixels (slice, phase, row, column)."""
    return Run.over(model, pixels, np.any(pixels, axis=(2, 3)), USUAL, best_device())


def crops_of(views: Run, pixels: Pixels) -> list[Tensor]:
    """Crops around the heart of each phase's frames; frames of zeros are left out."""
    present = np.any(pixels, axis=(2, 3))
    return [views.crops(pixels[present[:, p], p]) for p in range(pixels.shape[1])]


@torch.inference_mode()
def draft_of(model: Model, pixels: Pixels) -> NDArray[np.uint8]:
    """The labels of ``segment_stack``, without its contours, findings and looks at quality: half
    the time."""
    views, present = look(model, pixels), np.any(pixels, axis=(2, 3))
    window = views.window
    rows, columns = slice(window.top, window.bottom), slice(window.left, window.right)
    labels = np.zeros(pixels.shape, dtype=np.uint8)
    for phase, crops in enumerate(crops_of(views, pixels)):
        shares = views.to_native(class_shares(model, crops, views.device)).numpy()
        labels[present[:, phase], phase, rows, columns] = clean_volume(likeliest(shares))
    return labels
