"""What was made of a reference standard. Apps above this one register what they know, when they are
loaded (``AppConfig.ready``), so that reopening a case can show it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.adjudication.models import ReferenceStandard


@dataclass(frozen=True)
class Dependant:
    """``kind``: dataset, test_set, training or meeting. ``label`` names it without any identity."""

    kind: str
    id: UUID
    label: str
    at: datetime


Finder = Callable[[ReferenceStandard], Iterable[Dependant]]

_finders: list[Finder] = []


def register_dependants(finder: Finder) -> None:
    """Call once, from ``AppConfig.ready``."""
    if finder not in _finders:
        _finders.append(finder)


def dependants_of(reference: ReferenceStandard) -> list[Dependant]:
    """Oldest first."""
    found = [row for finder in _finders for row in finder(reference)]
    return sorted(found, key=lambda row: (row.at, row.kind, str(row.id)))
