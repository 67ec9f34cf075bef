"""Contours of one frame, by the network alone or corrected by strokes."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cmrkit.contracts import StructureCode
from cmrkit.contracts.labels import Polygon
from ml_workers.device import best_device, mixed_precision
from ml_workers.inference.clean import clean_volume
from ml_workers.inference.contours import CLASSES, contours_of_frame
from ml_workers.inference.grid import Grid
from ml_workers.inference.heart import find_heart
from ml_workers.serving.refine import refine
from ml_workers.serving.request import FrameRequest
from ml_workers.weights import Model

MOST_REMEMBERED = 8  # frames whose probabilities are kept: the next click on one finds them here


@dataclass(frozen=True)
class Found:
    """polygons in image pixels by structure; share: the network's mean probability inside each."""

    structures: dict[str, tuple[Polygon, ...]]
    share: dict[str, float]


@dataclass(frozen=True)
class Shares:
    """Class probabilities (class, row, column) on a window of the frame that begins at ``corner``
    (row, column)."""

    values: NDArray[np.float32]
    corner: tuple[int, int]

    def of(self, structure: str, shape: tuple[int, int]) -> NDArray[np.float32]:
        """The structure's probability over the whole frame, 0 beyond the window."""
        whole = np.zeros(shape, dtype=np.float32)
        rows, columns = self.values.shape[1:]
        top, left = self.corner
        inside = self.values[list(CLASSES[StructureCode(structure)])].sum(axis=0)
        whole[top : top + rows, left : left + columns] = inside
        return whole


class Segmenter:
    """Runs models on single frames and remembers the last few answers of the network."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[Any, ...], Shares] = OrderedDict()

    def segment(self, model: Model, request: FrameRequest) -> Found:
        """All structures, or the one that is corrected."""
        shares = self._shares(model, request)
        correction = request.correction
        if correction is None:
            return _network_says(shares)
        image = request.pixels
        shape = (image.shape[0], image.shape[1])
        share = shares.of(correction.structure, shape)
        usual = model.convention.pixel_mm
        spacing = request.spacing_mm or (usual, usual)
        parts = correction.parts
        if not parts and correction.strokes[-1].include:
            # there is nothing to correct yet: the network's own contour is what is corrected
            parts = _network_says(shares).structures.get(correction.structure, ())
        parts = refine(image, share, parts, correction.strokes, spacing)
        return Found({correction.structure: parts}, {})

    def _shares(self, model: Model, request: FrameRequest) -> Shares:
        digest = sha256(request.pixels.tobytes()).digest()
        key = (model.weights_sha256, digest, request.pixels.shape, request.spacing_mm)
        # a correction takes what was computed for the contours, wherever the heart was looked for
        full = (*key, request.centre)
        known = next((k for k in (full, *self._seen) if k in self._seen and k[:4] == key), None)
        if known is not None and (known == full or request.correction is not None):
            self._seen.move_to_end(known)
            return self._seen[known]
        while len(self._seen) >= MOST_REMEMBERED:
            self._seen.popitem(last=False)
        self._seen[full] = frame_shares(model, request)
        return self._seen[full]


@torch.inference_mode()
def frame_shares(model: Model, request: FrameRequest) -> Shares:
    """The network's class probabilities around the heart, at the frame's own pixels."""
    device = best_device()
    frames = request.pixels[None]
    usual = model.convention.pixel_mm
    spacing = request.spacing_mm or (usual, usual)
    grid = Grid.of(model.convention, (frames.shape[1], frames.shape[2]), spacing)
    networks: Sequence[torch.nn.Module] = getattr(model, "members", (model.network,))
    for network in networks:
        network.to(device).eval()
    if request.centre is None:
        row, column = find_heart(model, grid.resample(frames), device)
    else:
        row = round((request.centre[1] + 0.5) * grid.fine_rows / grid.rows - 0.5)
        column = round((request.centre[0] + 0.5) * grid.fine_columns / grid.columns - 0.5)
    half = model.convention.crop // 2
    corner = (row - half, column - half)
    crops = grid.crops(frames, corner).to(device)
    with mixed_precision(device):
        scores = [network(crops)[0] for network in networks]
    shares = torch.stack([torch.softmax(score.float(), dim=1) for score in scores]).mean(dim=0)
    window = grid.window(corner)
    native = grid.to_native(shares.cpu(), corner, window)[0].numpy()
    return Shares(native, (window.top, window.left))


def _network_says(shares: Shares) -> Found:
    labels = clean_volume(shares.values.argmax(axis=0).astype(np.uint8)[None])[0]
    structures = contours_of_frame(shares.values, labels, shares.corner)
    share = {}
    for code in structures:
        classes = list(CLASSES[StructureCode(code)])
        inside = np.isin(labels, classes)
        share[code] = round(float(shares.values[classes].sum(axis=0)[inside].mean()), 4)
    return Found(structures, share)
