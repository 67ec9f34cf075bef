"""Where the heart is, so that the network sees it at the scale and framing it was trained on."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from ml_workers.weights import Model

HEART_SIGMA_PX = 10.0  # about the radius of a left ventricle at 1.4 mm


def standardise(crops: Tensor) -> Tensor:
    """Zero mean and unit variance of each image of (n, 1, rows, columns)."""
    mean = crops.mean(dim=(2, 3), keepdim=True)
    return (crops - mean) / (crops.std(dim=(2, 3), keepdim=True) + 1e-6)


@torch.inference_mode()
def find_heart(model: Model, frames: Tensor, device: torch.device) -> tuple[int, int]:
    """(row, column) of the middle of the heart in frames (n, 1, rows, columns): the slices of one
    stack in one phase.

    The scores of the left ventricle are added up over the slices; around their smoothed peak, which
    counts for less far from the middle where the task says so, the centroid of all structures is
    the heart. Frames in which the network sees no heart fall back to the middle of the image.
    """
    rows, columns = frames.shape[2:]
    multiple = model.multiple
    padded = F.pad(standardise(frames), (0, -columns % multiple, 0, -rows % multiple))
    left = np.zeros((rows, columns), dtype=np.float32)
    heart = np.zeros((rows, columns), dtype=np.float32)
    for start in range(0, len(padded), 4):
        scores = model.network(padded[start : start + 4].to(device))[0]
        share = torch.softmax(scores.float(), dim=1)[:, 1:, :rows, :columns].sum(dim=0).cpu()
        left += share[[code - 1 for code in model.task.left]].sum(dim=0).numpy()
        heart += share.sum(dim=0).numpy()
    smooth = ndimage.gaussian_filter(left, HEART_SIGMA_PX, mode="constant")
    if smooth.max() < 0.02 * len(frames):
        return rows // 2, columns // 2
    smooth = smooth * _nearness(rows, columns, model.task.middle)
    row, column = (int(i) for i in np.unravel_index(int(smooth.argmax()), smooth.shape))
    half = model.convention.crop // 2
    top, start_column = max(0, row - half), max(0, column - half)
    window = heart[top : row + half, start_column : column + half]
    middle = ndimage.center_of_mass(window)
    return top + round(float(middle[0])), start_column + round(float(middle[1]))


def _nearness(rows: int, columns: int, middle: float) -> NDArray[np.float32]:
    """1 at the middle of the image, falling with the distance; 1 everywhere for 0."""
    if not middle:
        return np.ones((1, 1), dtype=np.float32)
    y, x = (np.linspace(-0.5, 0.5, n, dtype=np.float32) / middle for n in (rows, columns))
    return np.asarray(np.exp(-(y[:, None] ** 2 + x**2) / 2), dtype=np.float32)
