"""Contours of one frame, by the network alone or corrected by strokes."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cmrkit.contracts import StructureCode
from cmrkit.contracts.labels import Polygon
from ml_workers.device import best_device
from ml_workers.inference.clean import clean_volume
from ml_workers.inference.contours import CLASSES, contours_of_frame
from ml_workers.inference.grid import Grid
from ml_workers.inference.heart import find_heart
from ml_workers.inference.network import class_shares
from ml_workers.inference.run import Spacing
from ml_workers.inference.scope import Scope, look_before
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
        """All structures, or the one that is corrected. Raises OutOfScope for a frame that the
        model was not made for."""
        shares = self._shares(model, request)
        correction = request.correction
        if correction is None:
            return _network_says(shares)
        image = request.pixels
        shape = (image.shape[0], image.shape[1])
        share = shares.of(correction.structure, shape)
        spacing = _spacing(model, request)
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
        _look(model, request)
        while len(self._seen) >= MOST_REMEMBERED:
            self._seen.popitem(last=False)
        self._seen[full] = frame_shares(model, request)
        return self._seen[full]


def _spacing(model: Model, request: FrameRequest) -> tuple[float, float]:
    """The frame's, else that of the pixels on which the model was trained."""
    usual = model.convention.pixel_mm
    return request.spacing_mm or (usual, usual)


def _look(model: Model, request: FrameRequest) -> None:
    """At one frame, as at a stack before it is drafted. Whether it is one of a cine, and moves,
    nobody can tell from it."""
    spacing = Spacing(*_spacing(model, request), assumed=request.spacing_mm is None)
    look_before(request.pixels[None, None], spacing, Scope(refuse=True))


@torch.inference_mode()
def frame_shares(model: Model, request: FrameRequest) -> Shares:
    """The network's class probabilities around the heart, at the frame's own pixels."""
    device = best_device()
    frames = request.pixels[None]
    shape = (frames.shape[1], frames.shape[2])
    grid = Grid.of(model.convention, shape, _spacing(model, request))
    for network in model.members:
        network.to(device).eval()
    if request.centre is None:
        row, column = find_heart(model, grid.resample(frames), device)
    else:
        row = round((request.centre[1] + 0.5) * grid.fine_rows / grid.rows - 0.5)
        column = round((request.centre[0] + 0.5) * grid.fine_columns / grid.columns - 0.5)
    half = model.convention.crop // 2
    corner = (row - half, column - half)
    shares = class_shares(model, grid.crops(frames, corner), device)
    window = grid.window(corner)
    native = grid.to_native(shares, corner, window)[0].numpy()
    return Shares(native, (window.top, window.left))


def warm_frame(weights_sha256: str) -> FrameRequest:
    """A disc on a slope: nothing that a person would look at, and no reason to be refused."""
    row, column = np.mgrid[-96:96, -96:96].astype(np.float32)
    pixels = 100 + row + 400 * (np.hypot(row, column) < 30)
    return FrameRequest(pixels.astype(np.float32), (1.4, 1.4), "", weights_sha256, None, None)


def _network_says(shares: Shares) -> Found:
    labels = clean_volume(shares.values.argmax(axis=0).astype(np.uint8)[None])[0]
    structures = contours_of_frame(shares.values, labels, shares.corner)
    share = {}
    for code in structures:
        classes = list(CLASSES[StructureCode(code)])
        inside = np.isin(labels, classes)
        share[code] = round(float(shares.values[classes].sum(axis=0)[inside].mean()), 4)
    return Found(structures, share)
