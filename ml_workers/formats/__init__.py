"""Opening a package's weights, whatever they are written in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import nn

from ml_workers.errors import ModelCorrupt
from ml_workers.formats.onnx import open_onnx
from ml_workers.formats.tiles import Tiles
from ml_workers.formats.torchscript import open_torchscript
from ml_workers.weights import InputConvention, Model, check_hash, load_weights

OWN = "safetensors"
FOREIGN: dict[str, Callable[[Path], nn.Module]] = {
    "onnx": open_onnx,
    "torchscript": open_torchscript,
}


def open_weights(path: Path, expected_sha256: str, card: dict[str, Any]) -> Model:
    """One weights file of a package, by the package's ``format``; its hash is checked before it is
    opened. Raises ModelCorrupt."""
    form = str(card.get("format", OWN))
    if form == OWN:
        return load_weights(path, expected_sha256=expected_sha256)
    if form not in FOREIGN:
        raise ModelCorrupt(f"{path.name}: no way to open the format {form!r}.")
    digest = check_hash(path, expected_sha256)
    convention = InputConvention.from_json(card["input"])
    network = Tiles(FOREIGN[form](path), convention.crop, tuple(card["class_order"]))
    return Model(network.eval(), None, convention, digest)
