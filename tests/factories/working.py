"""A worker's handlers without a portal: inputs in memory, artefacts and points kept for the test."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from cmrkit.contracts import Envelope, InputRef, JobKind, ModelRef, Split, StackLabels
from cmrkit.phantom import CinePhantom
from cmrkit.phantom.dicom import cine_datasets
from ml_workers.handlers import HANDLERS
from ml_workers.handlers.context import Context
from ml_workers.registry import package_named


@dataclass
class Kept:
    """Where a handler's inputs come from and where everything goes that it hands in."""

    inputs: dict[str, bytes] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    points: list[dict[str, Any]] = field(default_factory=list)
    reports: list[tuple[float, str]] = field(default_factory=list)

    def fetch(self, url: str) -> bytes:
        return self.inputs[url]

    def put_artifact(self, name: str, data: bytes) -> None:
        self.artifacts[name] = data

    def put_artifact_file(self, name: str, path: Path) -> None:
        self.artifacts[name] = path.read_bytes()

    def progress(self, fraction: float, message: str) -> None:
        self.reports.append((fraction, message))

    def point(self, point: dict[str, Any]) -> None:
        self.points.append(point)

    def add(
        self,
        name: str,
        phantom: CinePhantom,
        split: Split,
        *,
        labels: StackLabels | None = None,
        **extra: Any,
    ) -> InputRef:
        """One stack with its labels, as an envelope would name it."""
        pixels = BytesIO()
        np.save(pixels, np.rint(phantom.pixels).astype("<i2"))
        self.inputs[f"{name}/pixels"] = pixels.getvalue()
        self.inputs[f"{name}/labels"] = json.dumps((labels or phantom.labels).to_json()).encode()
        return InputRef(
            item_id=name,
            pixels_url=f"{name}/pixels",
            meta=phantom.meta,
            labels_url=f"{name}/labels",
            split=split,
            extra=extra,
        )

    def add_instances(self, phantom: CinePhantom) -> dict[str, str]:
        """The phantom's DICOM files; answers where each is, by SOPInstanceUID."""
        found = {}
        for dataset in cine_datasets(phantom, patient_id="SECRET"):
            out = BytesIO()
            dataset.save_as(out, enforce_file_format=True)
            found[str(dataset.SOPInstanceUID)] = f"instance/{dataset.SOPInstanceUID}"
            self.inputs[f"instance/{dataset.SOPInstanceUID}"] = out.getvalue()
        return found

    def run(
        self,
        kind: JobKind,
        inputs: Sequence[InputRef],
        *,
        model: str | None = None,
        params: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Run the handler of that kind on the inputs; ``model`` names an installed package."""
        envelope = Envelope(
            job_id="job",
            attempt=1,
            kind=kind,
            inputs=tuple(inputs),
            models=(_ref(model),) if model else (),
            params=params or {},
            heartbeat_url="",
            artifact_url="",
            result_url="",
            token="",
            lease_seconds=30,
            time_limit_seconds=600,
        )
        return HANDLERS[kind](Context(envelope, self, self))


def _ref(name: str) -> ModelRef:
    package = package_named(name)
    return ModelRef(package.name, str(package.card["version"]), package.weights_sha256)
