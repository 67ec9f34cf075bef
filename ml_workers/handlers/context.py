"""What a handler needs: inputs, models, and a way to hand things in."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import Envelope, InputRef, ModelRef, StackLabels
from cmrkit.errors import ContractViolation
from ml_workers.errors import BadInput, ModelMissing
from ml_workers.inference.segment import Progress, Spacing
from ml_workers.registry import Package, package_with_weights
from ml_workers.weights import Model, load_weights

_loaded: dict[str, Model] = {}  # by hash; the child is warm, and most jobs use one model
MOST_LOADED = 4


class Files(Protocol):
    """Where inputs come from and artefacts go: the portal, or a test."""

    def fetch(self, url: str) -> bytes: ...

    def put_artifact(self, name: str, data: bytes) -> None: ...

    def put_artifact_file(self, name: str, path: Path) -> None: ...


class Reporter(Protocol):
    """Who hears of progress."""

    def progress(self, fraction: float, message: str) -> None: ...

    def point(self, point: dict[str, Any]) -> None: ...


@dataclass(frozen=True)
class Context:
    """One attempt of one job, from the handler's side."""

    envelope: Envelope
    files: Files
    reporter: Reporter

    def pixels(self, item: InputRef) -> NDArray[Any]:
        """(slice, phase, row, column); raises BadInput when it isn't what the description says."""
        try:
            pixels = np.load(BytesIO(self.files.fetch(item.pixels_url)), allow_pickle=False)
        except (ValueError, EOFError, OSError) as error:
            raise BadInput("The pixels of an input are not a NumPy array.") from error
        meta = item.meta
        expected = (meta.n_slices, meta.n_phases, meta.rows, meta.columns)
        if pixels.shape != expected:
            raise BadInput(f"The pixels have shape {pixels.shape}; the stack says {expected}.")
        return np.asarray(pixels)

    def labels(self, item: InputRef) -> StackLabels:
        """The reference contours; raises BadInput when there are none."""
        if item.labels_url is None:
            raise BadInput(f"Input {item.item_id} has no labels.")
        try:
            return StackLabels.from_json(json.loads(self.files.fetch(item.labels_url)))
        except (ValueError, ContractViolation) as error:
            raise BadInput(f"The labels of input {item.item_id} can't be read.") from error

    def package(self, ref: ModelRef) -> Package | None:
        """The installed package of that model, if it is a shipped one."""
        return package_with_weights(ref.weights_sha256)

    def model(self, ref: ModelRef) -> Model:
        """The model by its hash: warm, installed, or fetched. Raises ModelMissing, ModelCorrupt."""
        if ref.weights_sha256 not in _loaded:
            while len(_loaded) >= MOST_LOADED:
                _loaded.pop(next(iter(_loaded)))
            _loaded[ref.weights_sha256] = self._load(ref)
        return _loaded[ref.weights_sha256]

    def _load(self, ref: ModelRef) -> Model:
        package = self.package(ref)
        if package is not None:
            return package.load()
        if ref.url is None:
            raise ModelMissing(
                f"No installed package holds the weights of {ref.name} {ref.version}."
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights"
            path.write_bytes(self.files.fetch(ref.url))
            return load_weights(path, expected_sha256=ref.weights_sha256)

    def share_of(self, start: float, end: float) -> Progress:
        """A progress callback for a part of the job."""
        report: Callable[[float, str], None] = self.reporter.progress
        return lambda fraction, message: report(start + (end - start) * fraction, message)


def spacing_of(item: InputRef) -> Spacing:
    row_mm, column_mm = item.meta.pixel_spacing_mm
    return Spacing(row_mm, column_mm, item.meta.spacing_assumed)


def only(items: tuple[Any, ...], what: str) -> Any:
    """The one item of a job that takes one; raises BadInput otherwise."""
    if len(items) != 1:
        raise BadInput(f"This job takes one {what}; it came with {len(items)}.")
    return items[0]
