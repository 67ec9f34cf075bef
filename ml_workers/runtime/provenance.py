"""What made a result: models, inputs by hash, code, device and time. It goes with every output."""

from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Protocol

from cmrkit.contracts import Envelope
from ml_workers.device import best_device
from ml_workers.runtime.machine import code_version


class Files(Protocol):
    """Where inputs come from and artefacts go."""

    def fetch(self, url: str) -> bytes: ...

    def put_artifact(self, name: str, data: bytes) -> None: ...

    def put_artifact_file(self, name: str, path: Path) -> None: ...


@dataclass
class Recorded:
    """Passes files on and remembers what was fetched and handed in, by SHA-256."""

    files: Files
    fetched: dict[str, str] = field(default_factory=dict)  # by address
    handed_in: dict[str, str] = field(default_factory=dict)  # by name

    def fetch(self, url: str) -> bytes:
        data = self.files.fetch(url)
        self.fetched[url] = sha256(data).hexdigest()
        return data

    def put_artifact(self, name: str, data: bytes) -> None:
        self.files.put_artifact(name, data)
        self.handed_in[name] = sha256(data).hexdigest()

    def put_artifact_file(self, name: str, path: Path) -> None:
        """A file of any size: it is streamed."""
        self.files.put_artifact_file(name, path)
        with path.open("rb") as file:
            self.handed_in[name] = file_digest(file, "sha256").hexdigest()


def made_by(envelope: Envelope, recorded: Recorded, seconds: float) -> dict[str, Any]:
    """A JSON-ready record. An input's hash stands only where the input was used."""
    return {
        "models": [
            {
                "name": ref.name,
                "version": ref.version,
                "weights_sha256": ref.weights_sha256,
                "licence": ref.licence,
            }
            for ref in envelope.models
        ],
        "inputs": [
            {
                "item_id": item.item_id,
                **_hash("pixels_sha256", recorded.fetched.get(item.pixels_url)),
                **_hash("labels_sha256", recorded.fetched.get(item.labels_url or "")),
            }
            for item in envelope.inputs
        ],
        "artifacts": dict(recorded.handed_in),
        "code_version": code_version(),
        "device": device_name(),
        "seconds": round(seconds, 2),
    }


def device_name() -> str:
    """``cpu``, or the GPU's name; asked in the child, which has torch loaded."""
    device = best_device()
    if device.type != "cuda":
        return device.type
    import torch

    return str(torch.cuda.get_device_name(device))


def _hash(name: str, digest: str | None) -> dict[str, str]:
    return {name: digest} if digest else {}
