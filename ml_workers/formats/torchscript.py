"""Networks in TorchScript, as a MONAI bundle keeps them in ``models/model.ts``."""

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from ml_workers.errors import ModelCorrupt


class ScriptNetwork(nn.Module):
    """The first output where a network gives several."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # torch's own plans for it
                self.script = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]
        except Exception as error:  # a file from anywhere may break the reader in any way
            raise ModelCorrupt(f"{path.name} can't be read as TorchScript: {error}") from error

    def forward(self, x: Tensor) -> Tensor:
        out = self.script(x)
        first: Tensor = out[0] if isinstance(out, (list, tuple)) else out
        return first


def open_torchscript(path: Path) -> nn.Module:
    return ScriptNetwork(path)
