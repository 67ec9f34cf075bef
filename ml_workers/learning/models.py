"""The models of a run, by hash: the one it starts from and those that it trains."""

from dataclasses import replace
from pathlib import Path

import torch

from ml_workers.errors import BadInput
from ml_workers.networks.unet import Architecture
from ml_workers.registry import package_named
from ml_workers.weights import Model, load_weights, save_weights


class Models:
    def __init__(self, start: str, folder: Path) -> None:
        # the rule for the Dice to expect was fitted to patients of the pool: nobody may ask it here
        self.start = replace(package_named(start).load(), confidence=None)
        if self.start.architecture is None:
            raise BadInput(f"{start} was made elsewhere: it can't be trained here.")
        self.architecture: Architecture = self.start.architecture
        self._folder = folder

    def open(self, sha256: str) -> Model:
        if sha256 == self.start.weights_sha256:
            return self.start
        return load_weights(self._folder / f"{sha256}.safetensors", expected_sha256=sha256)

    def keep(self, state: dict[str, torch.Tensor]) -> str:
        """Write the weights and return their hash."""
        draft = self._folder / "new.safetensors"
        sha256 = save_weights(draft, state, self.architecture, self.start.convention)
        draft.replace(self._folder / f"{sha256}.safetensors")
        return sha256
