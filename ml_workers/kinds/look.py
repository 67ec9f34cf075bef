"""How likely each class is, by the pixels of a stack: a linear head on the encoder's features."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file

from cmrkit.quality.kind_check import Shown
from ml_workers.errors import ModelCorrupt, ModelMissing
from ml_workers.inference.run import Spacing
from ml_workers.kinds.features import encoder_sha256, features_of, seen
from ml_workers.registry import models_folder

FOLDER, FILE = "kind-check", "head.safetensors"
FRAMES = 9  # looked at, spread over the stack
CODE_VERSION = "kind-check-1"


@dataclass(frozen=True)
class Head:
    """``scores = ((features - mean) / spread) @ weight + bias``, one column per class of ``Shown``,
    in its order."""

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]

    def log_shares(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n, classes) of (n, features)."""
        scores = ((features - self.mean) / self.spread) @ self.weight + self.bias
        scores = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))


def save_head(folder: Path, head: Head, about: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    said = {**about, "encoder_sha256": encoder_sha256(), "classes": [str(s) for s in Shown]}
    save_file(vars(head), folder / FILE, metadata={"accord": json.dumps(said, sort_keys=True)})
    (folder / FILE).chmod(0o644)


@lru_cache(maxsize=2)
def load_head(folder: Path | None = None) -> Head:
    """Raises ModelMissing, and ModelCorrupt where it was made for another encoder."""
    path = (folder or models_folder() / FOLDER) / FILE
    if not path.is_file():
        raise ModelMissing("The check of kinds is not installed: models/kind-check is missing.")
    with safe_open(path, framework="numpy") as file:
        about = json.loads((file.metadata() or {}).get("accord", "{}"))
        head = Head(**{name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    known = about.get("classes") == [str(s) for s in Shown]
    if not known or about.get("encoder_sha256") != encoder_sha256():
        raise ModelCorrupt("The check of kinds was made for another cine model. Train it again.")
    return head


def shares_of(
    pixels: NDArray[Any], spacing: Spacing, head: Head | None = None
) -> dict[str, float] | None:
    """Probability by class for pixels (slice, phase, row, column): the mean of the log
    probabilities of up to nine frames, those with a heart most likely in the middle of the stack.
    None where there is no frame with contrast."""
    frames = _frames(pixels)
    if not frames:
        return None
    mm = (spacing.row_mm, spacing.column_mm)
    if spacing.assumed:
        mm = (1.4, 1.4)
    found = (head or load_head()).log_shares(features_of([seen(frame, mm) for frame in frames]))
    mean = found.mean(axis=0)
    shares = np.exp(mean - mean.max())
    shares /= shares.sum()
    return {str(s): round(float(p), 5) for s, p in zip(Shown, shares, strict=True)}


def _frames(pixels: NDArray[Any]) -> list[NDArray[Any]]:
    """Of the middle half of the slices, at phases spread over the cycle; flat ones left out."""
    n_slices, n_phases = pixels.shape[:2]
    inner = range(n_slices // 4, max(n_slices - n_slices // 4, n_slices // 4 + 1))
    places = [(s, p) for s in inner for p in range(n_phases)]
    step = max(1, len(places) // FRAMES) | 1  # odd: not the same phase in every slice
    chosen = [pixels[s, p] for s, p in places[::step][:FRAMES]]
    return [frame for frame in chosen if np.isfinite(frame).all() and np.ptp(frame) > 0]
