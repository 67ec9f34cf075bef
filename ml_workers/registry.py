"""Finding model packages: folders with ``card.json`` and ``weights.pt``."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_workers.errors import ModelCorrupt, ModelMissing
from ml_workers.weights import Model, load_weights

DEFAULT_MODEL = "cine-sax-free"
WEIGHTS = "weights.pt"
CARD = "card.json"


@dataclass(frozen=True)
class Package:
    """A shipped model: its folder and its card."""

    folder: Path
    card: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.card["name"])

    @property
    def weights_sha256(self) -> str:
        return str(self.card["weights_sha256"])

    def load(self) -> Model:
        """The model, refused (ModelCorrupt) when its weights are not those the card names."""
        return load_weights(self.folder / WEIGHTS, expected_sha256=self.weights_sha256)


def models_folder() -> Path:
    """ACCORD_MODELS_DIR, else ``models/`` beside this package."""
    configured = os.environ.get("ACCORD_MODELS_DIR")
    return Path(configured) if configured else Path(__file__).resolve().parent.parent / "models"


def find_packages(folder: Path | None = None) -> list[Package]:
    """Every package under the folder, licence-free ones first, in order of name."""
    root = folder or models_folder()
    free = sorted(root.glob(f"*/{CARD}"))
    restricted = sorted(root.glob(f"noncommercial/*/{CARD}"))
    return [Package(path.parent, _card(path)) for path in free + restricted]


def package_named(name: str, folder: Path | None = None) -> Package:
    packages = find_packages(folder)
    for package in packages:
        if package.name == name:
            return package
    known = ", ".join(p.name for p in packages) or "none"
    raise ModelMissing(f"No model package named {name!r}. Installed: {known}.")


def package_with_weights(sha256: str, folder: Path | None = None) -> Package | None:
    return next((p for p in find_packages(folder) if p.weights_sha256 == sha256), None)


def _card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(path.read_text())
        if not isinstance(card, dict) or not {"name", "weights_sha256"} <= card.keys():
            raise ValueError("name and weights_sha256 are required")
    except ValueError as error:
        raise ModelCorrupt(f"The card of {path.parent.name} can't be used: {error}") from error
    return card


def open_model(name: str) -> Model:
    """The package of that name, or a weights file at that path."""
    path = Path(name)
    if path.suffix != ".pt":
        return package_named(name).load()
    if not path.is_file():
        raise ModelMissing(f"There is no weights file {path.name!r}.")
    return load_weights(path)
