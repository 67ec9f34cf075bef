"""Finding model packages: folders with ``model.json`` and weights."""

import json
import os
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ml_workers.confidence.model import Confidence
from ml_workers.errors import ModelCorrupt, ModelMissing
from ml_workers.formats import open_weights
from ml_workers.task import CINE_SAX, TASKS, Task
from ml_workers.weights import Model, load_weights

DEFAULT_MODEL = "cine-sax-free"
WEIGHTS = "weights.safetensors"
CARD = "model.json"
CONFIDENCE = "confidence.json"
RESTRICTED = "noncommercial"
MOST_MEMBERS = 3
REQUIRED = ("name", "licence", "noncommercial", "weights", "weights_sha256")


@dataclass(frozen=True)
class Package:
    """A shipped model: its folder and what its ``model.json`` says."""

    folder: Path
    card: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.card["name"])

    @property
    def weights_sha256(self) -> str:
        return str(self.card["weights_sha256"])

    @property
    def task(self) -> Task:
        return TASKS[self.card.get("task", CINE_SAX.name)]

    def load(self) -> Model:
        """The model, refused (ModelCorrupt) when its weights are not those the card names."""
        models = [
            open_weights(self.folder / part["file"], part["sha256"], self.card)
            for part in self.card["weights"]
        ]
        return replace(
            models[0],
            weights_sha256=self.weights_sha256,
            others=tuple(model.network for model in models[1:]),
            task=self.task,
            confidence=self._confidence(),
        )

    def alone(self, part: dict[str, Any], sha256: str) -> "Package":
        """One member as a package of its own, under the hash that was asked for."""
        return Package(self.folder, {**self.card, "weights": [part], "weights_sha256": sha256})

    @property
    def confidence_file(self) -> Path:
        """The rule for the Dice to expect. Those that we fit are fitted to non-commercial data:
        they never lie in the folder of a free model."""
        if self.card["noncommercial"]:
            return self.folder / CONFIDENCE
        return self.folder.parent / RESTRICTED / "expected-dice" / f"{self.name}.json"

    def _confidence(self) -> Confidence | None:
        """Only for the members that it was fitted to."""
        path = self.confidence_file
        if not path.is_file():
            return None
        found = Confidence.from_json(_json(path))
        return found if found.weights_sha256 == self.weights_sha256 else None


def models_folder() -> Path:
    """ACCORD_MODELS_DIR, else ``models/`` beside this package."""
    configured = os.environ.get("ACCORD_MODELS_DIR")
    return Path(configured) if configured else Path(__file__).resolve().parent.parent / "models"


def find_packages(folder: Path | None = None) -> list[Package]:
    """Every package under the folder, licence-free ones first, in order of name."""
    root = folder or models_folder()
    free = sorted(root.glob(f"*/{CARD}"))
    restricted = sorted(root.glob(f"{RESTRICTED}/*/{CARD}"))
    return [Package(path.parent, _card(path)) for path in free + restricted]


def package_named(name: str, folder: Path | None = None) -> Package:
    packages = find_packages(folder)
    for package in packages:
        if package.name == name:
            return package
    known = ", ".join(p.name for p in packages) or "none"
    raise ModelMissing(f"No model package named {name!r}. Installed: {known}.")


def package_with_weights(sha256: str, folder: Path | None = None) -> Package | None:
    """The package of that hash; also one member of a package, by its hash of today or by that of
    the file which held the same numbers before (``formerly``)."""
    for package in find_packages(folder):
        if package.weights_sha256 == sha256:
            return package
        for part in package.card["weights"]:
            if sha256 in (part["sha256"], part.get("formerly")):
                return package.alone(part, sha256)
    return None


def identity_of(parts: list[dict[str, Any]]) -> str:
    """The hash that names a package: that of its one weights file, or of its members' hashes."""
    if len(parts) == 1:
        return str(parts[0]["sha256"])
    return sha256("\n".join(str(part["sha256"]) for part in parts).encode()).hexdigest()


def check_card(card: Any) -> dict[str, Any]:
    """The card, if a worker can use it; ValueError with the reason otherwise."""
    if not isinstance(card, dict):
        raise ValueError("it has to be one JSON object")
    missing = [key for key in REQUIRED if key not in card]
    if missing:
        raise ValueError(f"{', '.join(missing)} missing")
    parts = card["weights"]
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_MEMBERS:
        raise ValueError(f"weights has to list 1 to {MOST_MEMBERS} files")
    if any(Path(part["file"]).name != part["file"] for part in parts):
        raise ValueError("weights files have to lie in the package's own folder")
    if card.get("task", CINE_SAX.name) not in TASKS:
        raise ValueError(f"the task has to be one of {', '.join(TASKS)}")
    if card["weights_sha256"] != identity_of(parts):
        raise ValueError("weights_sha256 is not the hash of the weights listed")
    return card


def _card(path: Path) -> dict[str, Any]:
    try:
        return check_card(_json(path))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelCorrupt(f"{CARD} of {path.parent.name} can't be used: {error}") from error


def _json(path: Path) -> Any:
    return json.loads(path.read_text())


def open_model(name: str) -> Model:
    """The package of that name or in that folder, or a weights file at that path."""
    path = Path(name)
    if (path / CARD).is_file():
        return Package(path, _card(path / CARD)).load()
    if path.suffix not in (".pt", ".safetensors"):
        return package_named(name).load()
    if not path.is_file():
        raise ModelMissing(f"There is no weights file {path.name!r}.")
    return load_weights(path)
