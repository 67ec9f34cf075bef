"""A weights file: safetensors that say how to rebuild their network and what input it expects."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from ml_workers.confidence.model import Confidence
from ml_workers.errors import ModelCorrupt
from ml_workers.networks.unet import Architecture, UNet
from ml_workers.task import CINE_SAX, TASKS, Task

FORMAT = 2
PICKLE_FORMAT = 1  # files of torch, as they were written before; still read, never written
ABOUT = "accord"  # the key of our part of a file's metadata


@dataclass(frozen=True)
class InputConvention:
    """What the network was trained to see.

    Frames clipped to ``percentiles``, resampled to ``pixel_mm`` in-plane, cropped to ``crop``
    pixels around the heart, then zero mean and unit variance. ``heart_px``: a second look, at which
    the left ventricle is that wide and high; 0 where there is none.
    """

    pixel_mm: float = 1.4
    crop: int = 128
    percentiles: tuple[float, float] = (1.0, 99.0)
    heart_px: float = 0.0

    def to_json(self) -> dict[str, Any]:
        said = asdict(self) | {"percentiles": list(self.percentiles)}
        if not self.heart_px:  # as before there was a second look
            del said["heart_px"]
        return said

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "InputConvention":
        low, high = data["percentiles"]
        return cls(
            float(data["pixel_mm"]),
            int(data["crop"]),
            (float(low), float(high)),
            float(data.get("heart_px", 0.0)),
        )


@dataclass(frozen=True)
class Model:
    """A network ready to run, with what it expects and the hash of what it came from.

    ``architecture`` is None for a network that wasn't built here: it runs, and can't be trained.
    ``task`` says what its labels mean. ``others`` are further members of an ensemble;
    ``confidence`` turns their disagreement into an expected Dice.
    """

    network: nn.Module
    architecture: Architecture | None
    convention: InputConvention
    weights_sha256: str
    others: tuple[nn.Module, ...] = ()
    task: Task = CINE_SAX
    confidence: Confidence | None = None

    @property
    def members(self) -> tuple[nn.Module, ...]:
        return (self.network, *self.others)

    @property
    def multiple(self) -> int:
        """Rows and columns of the network's input must be a multiple of this."""
        return self.architecture.multiple if self.architecture else 1


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
    task: Task = CINE_SAX,
) -> str:
    """Write the file (half precision: the masks it gives are the same) and return its SHA-256."""
    about = {
        "format": FORMAT,
        "architecture": architecture.to_json(),
        "input": convention.to_json(),
    }
    if task is not CINE_SAX:  # a file without a task is one of short-axis cine
        about["task"] = task.name
    halved = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
    save_file(
        {k: v.contiguous() for k, v in halved.items()},
        path,
        metadata={ABOUT: json.dumps(about, sort_keys=True)},
    )
    path.chmod(0o644)  # safetensors keeps it to its owner; workers may run as somebody else
    return hash_file(path)


def load_weights(path: Path, *, expected_sha256: str | None = None) -> Model:
    """The model in a weights file, on the CPU.

    Raises ModelCorrupt when the hash differs or the file isn't one of ours. Nothing in the file is
    executed: safetensors hold numbers alone, and a file of torch is read with ``weights_only``.
    """
    digest = check_hash(path, expected_sha256)
    try:
        about, state = _read_pickle(path) if _is_pickle(path) else _read_safetensors(path)
        architecture = Architecture.from_json(about["architecture"])
        network = UNet(architecture)
        network.load_state_dict({k: v.float() for k, v in state.items()})
        convention = InputConvention.from_json(about["input"])
        task = TASKS[about.get("task", CINE_SAX.name)]
    except Exception as error:  # safetensors, pickle, JSON and torch share no base of their own
        raise ModelCorrupt(f"{path.name} is not a weights file of Accord: {error!r}") from error
    return Model(network.eval(), architecture, convention, digest, task=task)


def check_hash(path: Path, expected_sha256: str | None) -> str:
    """The file's SHA-256; raises ModelCorrupt when another was expected."""
    digest = hash_file(path)
    if expected_sha256 is not None and digest != expected_sha256:
        raise ModelCorrupt(
            f"{path.name} has SHA-256 {digest[:12]}…, but {expected_sha256[:12]}… was expected. "
            "Fetch the model package again."
        )
    return digest


def _is_pickle(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(2) == b"PK"


def _read_safetensors(path: Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    with safe_open(path, framework="pt") as file:
        about = json.loads((file.metadata() or {})[ABOUT])
        _expect(about, FORMAT)
        return about, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def _read_pickle(path: Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    data = torch.load(path, map_location="cpu", weights_only=True)
    _expect(data, PICKLE_FORMAT)
    return data, data["state"]


def _expect(about: dict[str, Any], known: int) -> None:
    if about["format"] != known:
        raise ValueError(f"format {about['format']!r}")
