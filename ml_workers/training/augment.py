"""Random geometry and intensity changes, on whole batches of tensors."""

import math

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from ml_workers.training.slices import IGNORE


def _grid(size: int, rng: np.random.Generator, labels: list[np.ndarray]) -> Tensor:
    """Sampling grids (n, size, size, 2) that rotate, scale, shift and bend around each heart, or,
    one time in four, around the middle of the image."""
    axis = (torch.arange(size, dtype=torch.float32) + 0.5) - size / 2
    yy, xx = torch.meshgrid(axis, axis, indexing="ij")
    grids = []
    for label in labels:
        rows, columns = label.shape
        angle = rng.uniform(-math.pi, math.pi) if rng.random() < 0.4 else rng.normal(0, 0.3)
        scale = math.exp(rng.uniform(math.log(0.7), math.log(1.35)))
        aspect = math.exp(rng.normal(0, 0.06))
        dx, dy = rng.uniform(-24, 24, 2)
        heart = np.argwhere((label > 0) & (label != IGNORE))
        if len(heart) and rng.random() < 0.75:
            row, column = heart.mean(axis=0)
            dx, dy = dx + column + 0.5 - columns / 2, dy + row + 0.5 - rows / 2
        c, s = math.cos(angle) / scale, math.sin(angle) / scale
        x = c * xx * aspect - s * yy + dx
        y = s * xx + c * yy / aspect + dy
        if rng.random() < 0.5:
            x = -x
        if rng.random() < 0.5:
            bend = torch.from_numpy(rng.normal(0, 4.0, (1, 2, 6, 6)).astype(np.float32))
            field = F.interpolate(bend, size=(size, size), mode="bicubic", align_corners=False)[0]
            x, y = x + field[0], y + field[1]
        grids.append(torch.stack([x / (columns / 2), y / (rows / 2)], dim=-1))
    return torch.stack(grids)


def sample(
    images: list[np.ndarray], labels: list[np.ndarray], size: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Crops (n, 1, size, size) float32 and (n, size, size) int64; outside is zero and background,
    or unknown where the slice holds unknown pixels."""
    grids = _grid(size, rng, labels)
    out_images, out_labels = [], []
    for image, label, grid in zip(images, labels, grids, strict=True):
        source = torch.from_numpy(image)[None, None]
        out_images.append(
            F.grid_sample(source, grid[None], mode="bilinear", align_corners=False)[0]
        )
        marked = torch.from_numpy(label.astype(np.float32))[None, None]
        moved = F.grid_sample(marked, grid[None], mode="nearest", align_corners=False)[0, 0]
        if (label == IGNORE).any():
            outside = (grid.abs() > 1).any(dim=-1)
            moved = torch.where(outside, torch.tensor(float(IGNORE)), moved)
        out_labels.append(moved.round().long())
    return _intensity(torch.stack(out_images), rng), torch.stack(out_labels)


def centred_crops(
    images: list[np.ndarray], labels: list[np.ndarray], size: int
) -> tuple[Tensor, Tensor]:
    """As :func:`sample`, without any change: crops around each heart, or around the middle of an
    image without one."""
    out_images, out_labels = [], []
    for image, label in zip(images, labels, strict=True):
        heart = np.argwhere((label > 0) & (label != IGNORE))
        middle = heart.mean(axis=0) if len(heart) else np.array(label.shape) / 2
        top, left = (round(float(m)) - size // 2 for m in middle)
        padded = np.pad(image, size)
        unknown = IGNORE if (label == IGNORE).any() else 0
        marked = np.pad(label, size, constant_values=unknown)
        # a heart at the rim of a small image may lie further out than the padding reaches
        rows = slice(max(0, top + size), max(0, top + size) + size)
        columns = slice(max(0, left + size), max(0, left + size) + size)
        crop = torch.from_numpy(padded[rows, columns].copy())
        out_images.append((crop - crop.mean()) / (crop.std() + 1e-6))
        out_labels.append(torch.from_numpy(marked[rows, columns].astype(np.int64)))
    return torch.stack(out_images)[:, None], torch.stack(out_labels)


def _intensity(batch: Tensor, rng: np.random.Generator) -> Tensor:
    size = batch.shape[-1]
    out = []
    for x in batch:
        if rng.random() < 0.5:  # coil shading
            bias = torch.from_numpy(rng.normal(0, 0.25, (1, 1, 3, 3)).astype(np.float32))
            field = F.interpolate(bias, size=(size, size), mode="bicubic", align_corners=True)[0]
            x = x + (x - x.min()) * (torch.exp(field) - 1)
        if rng.random() < 0.5:  # gamma
            low, span = x.min(), (x.max() - x.min()).clamp_min(1e-3)
            x = ((x - low) / span) ** math.exp(rng.uniform(-0.45, 0.45)) * span + low
        if rng.random() < 0.25:  # a coarser scan
            factor = rng.uniform(0.45, 0.9)
            small = F.interpolate(x[None], scale_factor=factor, mode="area")
            x = F.interpolate(small, size=(size, size), mode="bilinear", align_corners=False)[0]
        if rng.random() < 0.3:
            noise = rng.normal(0, rng.uniform(0.02, 0.2), (1, size, size)).astype(np.float32)
            x = x + torch.from_numpy(noise)
        x = (x - x.mean()) / (x.std() + 1e-6)
        out.append(x * rng.uniform(0.85, 1.15) + rng.uniform(-0.1, 0.1))
    return torch.stack(out)
