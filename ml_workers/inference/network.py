"""Running the networks of a model on a batch of crops."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ml_workers.device import mixed_precision
from ml_workers.weights import Model

BATCH = 16


def class_shares(model: Model, crops: Tensor, device: torch.device) -> Tensor:
    """Class probabilities (n, classes, crop, crop) on the CPU, averaged over the members."""
    return average([member_shares(network, crops, device) for network in model.members])


def passes(model: Model, crops: Tensor, device: torch.device) -> Tensor:
    """Every opinion there is on the crops, (passes, n, classes, crop, crop): each member as the
    image lies and mirrored. The first ``len(model.members)`` are those that the draft averages."""
    plain = [member_shares(network, crops, device) for network in model.members]
    mirrored = [member_shares(network, crops.flip(3), device).flip(3) for network in model.members]
    return torch.stack([*plain, *mirrored])


def average(opinions: Sequence[Tensor] | Tensor) -> Tensor:
    """The mean; of one opinion that opinion itself, to the last bit."""
    if len(opinions) == 1:
        return opinions[0]
    return torch.stack(list(opinions)).mean(dim=0)


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
