"""Model packages that come with Accord: a folder with ``model.json`` and weights."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from cmrkit.contracts.drawings import DRAWINGS, SHORT_AXIS

DEFAULT_MODEL = "cine-sax-free"
CARD = "model.json"


def task_of(card: dict[str, Any]) -> str:
    """What a model draws; a card that doesn't say draws short-axis cine."""
    return str(card.get("task", SHORT_AXIS.task))


@dataclass(frozen=True)
class Package:
    """``card`` is the package's ``model.json``; weights are the workers' business."""

    card: dict[str, Any]

    @property
    def task(self) -> str:
        return task_of(self.card)

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
    """Those that can be a project's champion: they draw what a case is read on. The default first,
    demonstrations last."""
    return tuple(p for p in all_packages() if p.task == SHORT_AXIS.task)


def packages_beside() -> tuple[Package, ...]:
    """Those that draw on what is read beside it: long axes, late enhancement."""
    tasks = {drawing.task for drawing in DRAWINGS} - {SHORT_AXIS.task}
    return tuple(p for p in all_packages() if p.task in tasks)


def default_packages_beside() -> tuple[Package, ...]:
    """Those that draft without anybody choosing them: nothing that is not for all use."""
    return tuple(p for p in packages_beside() if not (p.noncommercial or p.demonstration))


def all_packages() -> tuple[Package, ...]:
    return _packages(Path(settings.ACCORD_MODELS_DIR))
