"""Model packages that come with Accord: a folder with ``model.json`` and weights."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

DEFAULT_MODEL = "cine-sax-free"
CARD = "model.json"


@dataclass(frozen=True)
class Package:
    """``card`` is the package's ``model.json``; weights are the workers' business."""

    card: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.card[name]
        except KeyError as error:
            raise AttributeError(name) from error


@lru_cache(maxsize=4)
def _packages(folder: Path) -> tuple[Package, ...]:
    cards = [*folder.glob(f"*/{CARD}"), *folder.glob(f"noncommercial/*/{CARD}")]
    found = [Package(json.loads(path.read_text())) for path in sorted(cards)]
    return tuple(sorted(found, key=lambda p: (p.name != DEFAULT_MODEL, p.demonstration, p.name)))


def shipped_packages() -> tuple[Package, ...]:
    """The default first, demonstrations last."""
    return _packages(Path(settings.ACCORD_MODELS_DIR))
