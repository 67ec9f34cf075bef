"""Fitting the head: logistic regression with a penalty, on drawings looked at from many sides."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cmrkit.quality.kind_check import Shown
from ml_workers.kinds.drawn import drawn_pictures
from ml_workers.kinds.features import SIDE, features_of, seen
from ml_workers.kinds.look import CODE_VERSION, Head, save_head
from ml_workers.training.augment import sample

Picture = tuple[Shown, NDArray[np.float32], float]
COUNT, LOOKS, SEED = 150, 3, 31
PENALTY = 3e-2
STEPS = 60


def train(folder: Path, *, count: int = COUNT, looks: int = LOOKS) -> dict[str, Any]:
    """Draw ``count`` pictures of each that is drawn, fit, write ``head.safetensors``; answers what
    is written about it. The shipped one has the defaults."""
    features, codes = learnt_features(drawn_pictures(count, SEED), looks=looks, seed=1)
    about = {
        "code_version": CODE_VERSION,
        "pictures_per_drawing": count,
        "looks": looks,
        "seed": SEED,
        "penalty": PENALTY,
    }
    save_head(folder, fit_head(features, codes), about)
    return about


def learnt_features(
    pictures: Iterable[Picture], *, looks: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(n, features) and the class of each. ``looks``: how often each picture is seen, each time
    turned, scaled and shaded anew."""
    order = list(Shown)
    features, codes = [], []
    for index, (shown, image, mm) in enumerate(pictures):
        view = seen(image, (mm, mm))
        blank = np.zeros(view.shape, dtype=np.uint8)
        for look in range(looks):
            rng = np.random.default_rng([seed, index, look])
            batch, _ = sample([view], [blank], SIDE, rng)
            features.append(features_of(batch)[0])
            codes.append(order.index(shown))
    return np.stack(features), np.array(codes)


def fit_head(features: NDArray[np.float32], codes: NDArray[np.int64]) -> Head:
    """Minimises cross-entropy with a penalty on the weights; deterministic."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    x = torch.from_numpy((features - mean) / spread).float()
    y = torch.from_numpy(codes)
    weight = torch.zeros(x.shape[1], len(Shown), requires_grad=True)
    bias = torch.zeros(len(Shown), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(x @ weight + bias, y)
        loss = loss + PENALTY * (weight**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return Head(mean, spread, weight.detach().numpy(), bias.detach().numpy())
