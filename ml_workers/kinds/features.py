"""What the encoder of the free cine model makes of a whole picture: numbers to tell kinds by."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from ml_workers.inference.heart import standardise
from ml_workers.networks.unet import UNet
from ml_workers.registry import package_named
from ml_workers.training.beginning import BEGINS_WITH
from ml_workers.training.slices import normalise, resample

PIXEL_MM = 1.8
SIDE = 128  # pixels around the middle of the image: 230 mm
BATCH = 8


@lru_cache(maxsize=1)
def encoder() -> UNet:
    """The first member of the free cine model, of the hash that :func:`encoder_sha256` says."""
    package = package_named(BEGINS_WITH)
    part = package.card["weights"][0]
    network = package.alone(part, part["sha256"]).load().network
    assert isinstance(network, UNet)
    return network.eval()


def encoder_sha256() -> str:
    return str(package_named(BEGINS_WITH).card["weights"][0]["sha256"])


def seen(image: NDArray[Any], pixel_mm: tuple[float, float]) -> NDArray[np.float32]:
    """The middle of the image (row, column) as the encoder looks at it: (SIDE, SIDE) at PIXEL_MM,
    zero beyond the image. ``pixel_mm`` between rows, between columns."""
    values = normalise(image)
    fine = _squared(values, pixel_mm)
    padded = np.pad(fine, SIDE)
    top, left = ((n - SIDE) // 2 for n in padded.shape)
    return np.asarray(padded[top : top + SIDE, left : left + SIDE], dtype=np.float32)


def _squared(values: NDArray[np.float32], pixel_mm: tuple[float, float]) -> NDArray[np.float32]:
    if abs(pixel_mm[0] - pixel_mm[1]) < 1e-3:
        return resample(values, pixel_mm[0] / PIXEL_MM)
    size = [max(1, round(n * mm / PIXEL_MM)) for n, mm in zip(values.shape, pixel_mm, strict=True)]
    tensor = torch.from_numpy(values)[None, None]
    return np.asarray(F.interpolate(tensor, size=size, mode="bilinear", antialias=True)[0, 0])


@torch.inference_mode()
def features_of(pictures: Sequence[NDArray[np.float32]] | Tensor) -> NDArray[np.float32]:
    """(n, features) for pictures as :func:`seen` gives them: mean, spread and maximum of every
    channel of the two deepest layers, over the picture."""
    batch = (
        pictures if isinstance(pictures, Tensor) else torch.from_numpy(np.stack(pictures))[:, None]
    )
    return np.concatenate([_features(part) for part in torch.split(batch, BATCH)])


def _features(batch: Tensor) -> NDArray[np.float32]:
    x = F.pixel_unshuffle(standardise(batch), 2)
    deep = []
    for block in encoder().down:
        x = block(x)
        deep.append(x)
    found = [
        part
        for layer in deep[-2:]
        for part in (layer.mean((2, 3)), layer.std((2, 3)), layer.amax((2, 3)))
    ]
    return np.asarray(torch.cat(found, dim=1).numpy(), dtype=np.float32)
