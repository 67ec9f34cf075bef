"""A weights file: one file that says how to rebuild its network and what input that expects."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

from ml_workers.errors import ModelCorrupt
from ml_workers.networks.unet import Architecture, UNet

FORMAT = 1


@dataclass(frozen=True)
class InputConvention:
    """What the network was trained to see.

    Frames clipped to ``percentiles``, resampled to ``pixel_mm`` in-plane, cropped to ``crop``
    pixels around the heart, then zero mean and unit variance.
    """

    pixel_mm: float = 1.4
    crop: int = 128
    percentiles: tuple[float, float] = (1.0, 99.0)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"percentiles": list(self.percentiles)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "InputConvention":
        low, high = data["percentiles"]
        return cls(float(data["pixel_mm"]), int(data["crop"]), (float(low), float(high)))


@dataclass(frozen=True)
class Model:
    """A network ready to run, with what it expects and the hash of the file it came from."""

    network: UNet
    architecture: Architecture
    convention: InputConvention
    weights_sha256: str


def hash_file(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def save_weights(
    path: Path,
    state: dict[str, torch.Tensor],
    architecture: Architecture,
    convention: InputConvention,
) -> str:
    """Write the file (half precision: the masks it gives are the same) and return its SHA-256."""
    torch.save(
        {
            "format": FORMAT,
            "architecture": architecture.to_json(),
            "input": convention.to_json(),
            "state": {k: v.half() if v.is_floating_point() else v for k, v in state.items()},
        },
        path,
    )
    return hash_file(path)


def load_weights(path: Path, *, expected_sha256: str | None = None) -> Model:
    """The model in a weights file, on the CPU.

    Raises ModelCorrupt when the hash differs or the file isn't one of ours. Nothing in the file is
    executed: it is read with ``weights_only``, and only after its hash was checked.
    """
    digest = hash_file(path)
    if expected_sha256 is not None and digest != expected_sha256:
        raise ModelCorrupt(
            f"{path.name} has SHA-256 {digest[:12]}…, but {expected_sha256[:12]}… was expected. "
            "Fetch the model package again."
        )
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r}")
        architecture = Architecture.from_json(data["architecture"])
        network = UNet(architecture)
        network.load_state_dict({k: v.float() for k, v in data["state"].items()})
        convention = InputConvention.from_json(data["input"])
    except Exception as error:
        raise ModelCorrupt(f"{path.name} is not a weights file of Accord: {error!r}") from error
    return Model(network.eval(), architecture, convention, digest)
