"""Running the networks of a model on a batch of crops."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml_workers.device import mixed_precision
from ml_workers.weights import Model

BATCH = 16


def class_shares(model: Model, crops: Tensor, device: torch.device) -> Tensor:
    """Class probabilities (n, classes, crop, crop) on the CPU, averaged over the members. Every
    second member sees the mirrored image: a view that costs nothing more."""
    return average(
        [_view(network, crops, device, k % 2 == 1) for k, network in enumerate(model.members)]
    )


def passes(model: Model, crops: Tensor, device: torch.device) -> Tensor:
    """Every opinion there is on the crops, (passes, n, classes, crop, crop): each member on the
    image as it lies and mirrored."""
    return torch.stack(
        [
            _view(network, crops, device, mirrored)
            for mirrored in (False, True)
            for network in model.members
        ]
    )


def _view(network: nn.Module, crops: Tensor, device: torch.device, mirrored: bool) -> Tensor:
    if not mirrored:
        return member_shares(network, crops, device)
    return member_shares(network, crops.flip(3), device).flip(3)


def average(opinions: Sequence[Tensor] | Tensor) -> Tensor:
    """The mean; of one opinion that opinion itself, to the last bit."""
    if len(opinions) == 1:
        return opinions[0]
    return torch.stack(list(opinions)).mean(dim=0)


def likeliest(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The likeliest class of (n, classes, rows, columns), the first of several: ``argmax`` over the
    classes, twice as fast."""
    most = shares[:, 0].copy()
    found = np.zeros(most.shape, dtype=np.uint8)
    for code in range(1, shares.shape[1]):
        more = shares[:, code] > most
        found[more] = code
        np.maximum(most, shares[:, code], out=most)
    return found


@torch.inference_mode()
def member_shares(network: nn.Module, crops: Tensor, device: torch.device) -> Tensor:
    """Class probabilities of one network, batch by batch."""
    return torch.cat([_shares(network, batch, device) for batch in torch.split(crops, BATCH)])


def _shares(network: nn.Module, batch: Tensor, device: torch.device) -> Tensor:
    """One batch; halved where the accelerator's memory doesn't hold it, down to one frame."""
    try:
        with mixed_precision(device):
            scores = network(batch.to(device))[0]
        return torch.softmax(scores.float(), dim=1).cpu()
    except torch.OutOfMemoryError:
        if len(batch) == 1:
            raise
    # outside the handler: the failed attempt's tensors are let go before the next one
    if device.type == "cuda":
        torch.cuda.empty_cache()
    half = len(batch) // 2
    return torch.cat([_shares(network, part, device) for part in (batch[:half], batch[half:])])
