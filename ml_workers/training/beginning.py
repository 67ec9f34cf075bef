"""What a network for other classes can take over from the free cine model."""

import torch

from ml_workers.networks.unet import Architecture, UNet
from ml_workers.registry import package_named

BEGINS_WITH = "cine-sax-free"


def from_cine(architecture: Architecture, classes: tuple[int, ...]) -> dict[str, torch.Tensor]:
    """The first member of the free cine model, its last layers made over: class ``k`` begins as
    cine's class ``classes[k]``."""
    package = package_named(BEGINS_WITH)
    cine = package.alone(package.card["weights"][0], package.card["weights"][0]["sha256"]).load()
    known, state = cine.network.state_dict(), UNet(architecture).state_dict()
    for name in state:
        if name.startswith("head."):  # four sub-pixels of each class lie together
            state[name] = torch.cat([known[name][4 * c : 4 * c + 4] for c in classes])
        elif name.startswith("coarse_head."):
            state[name] = torch.stack([known[name][c] for c in classes])
        else:
            state[name] = known[name]
    return state
