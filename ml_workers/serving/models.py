"""Which models are warm: loaded when first asked for, one or two kept."""

import tempfile
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ml_workers.serving.refusals import BadRequest, UnknownModel

if TYPE_CHECKING:
    from ml_workers.weights import Model

MOST_WARM = 2


class Models:
    """Models by the hash of their weights: shipped packages, and weights that were handed in."""

    def __init__(self) -> None:
        self._warm: OrderedDict[str, Model] = OrderedDict()

    def get(self, weights_sha256: str) -> "Model":
        """Raises UnknownModel, ModelCorrupt."""
        if weights_sha256 in self._warm:
            self._warm.move_to_end(weights_sha256)
            return self._warm[weights_sha256]
        from ml_workers.registry import package_with_weights

        package = package_with_weights(weights_sha256)
        if package is None:
            raise UnknownModel("No model package with these weights is installed here.")
        return self._keep(weights_sha256, package.load)

    def put(self, weights_sha256: str, data: bytes) -> None:
        """Take the weights of a model that isn't shipped; refused when they aren't those named."""
        if sha256(data).hexdigest() != weights_sha256:
            raise BadRequest("The weights don't have the hash that was named.")
        from ml_workers.registry import load_weights

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights"
            path.write_bytes(data)
            self._keep(weights_sha256, lambda: load_weights(path, expected_sha256=weights_sha256))

    def _keep(self, weights_sha256: str, load: Callable[[], "Model"]) -> "Model":
        while len(self._warm) >= MOST_WARM:
            self._warm.popitem(last=False)
        self._warm[weights_sha256] = load()
        return self._warm[weights_sha256]
