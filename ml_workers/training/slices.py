"""Labelled slices, whatever they come from: ACDC volumes, Sunnybrook contours, phantoms, reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

IGNORE = 255  # label of pixels whose class nobody drew


@dataclass(frozen=True)
class LabelledSlice:
    """One image and its labels.

    image: float32 (rows, columns), any scale. label: uint8 (rows, columns), 0 background, 1 RV
    cavity, 2 myocardium, 3 LV cavity, 255 unknown. merged: classes that one label stands for where
    a structure was not drawn, e.g. (0, 1, 2) under label 0 when the endocardium alone was drawn.
    """

    image: NDArray[np.float32]
    label: NDArray[np.uint8]
    subject: str
    weight: float = 1.0
    merged: tuple[int, ...] = ()


def normalise(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """Clip to the 1st-99th percentile, then zero mean and unit variance."""
    values = np.asarray(image, dtype=np.float32)
    low, high = np.percentile(values, (1, 99))
    values = np.clip(values, low, max(high, low + 1e-3))
    centred = (values - values.mean()) / (values.std() + 1e-6)
    return np.asarray(centred, dtype=np.float32)


def resample(image: NDArray[Any], factor: float) -> NDArray[Any]:
    """The image on a grid ``factor`` times as fine, centres aligned; labels (uint8) by nearest
    pixel, values linearly, smoothed first where the grid gets coarser."""
    size = [max(1, round(n * factor)) for n in image.shape]
    tensor = torch.from_numpy(np.ascontiguousarray(image, dtype=np.float32))[None, None]
    if image.dtype == np.uint8:
        moved = F.interpolate(tensor, size=size, mode="nearest-exact")
    else:
        moved = F.interpolate(
            tensor, size=size, mode="bilinear", antialias=factor < 1, align_corners=False
        )
    return moved[0, 0].numpy().astype(image.dtype)


def subjects(slices: Iterable[LabelledSlice]) -> list[str]:
    return sorted({s.subject for s in slices})
