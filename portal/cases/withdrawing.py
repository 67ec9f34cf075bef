"""What the apps above cases keep of a subject, and how each forgets it.

``cases`` knows subjects, not images, contours or datasets: every app that keeps something of a
subject registers how it forgets. Parts run from the highest app to the lowest, in one transaction,
so that a row goes before what it hangs on.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.cases.models import Subject


@dataclass
class Leaving:
    """A subject on its way out. Parts count what they removed, collect the hashes of bytes that
    may now be free, and name by opaque ids and labels what had used the subject."""

    subject: Subject
    at: datetime
    case_ids: list[UUID]
    removed: Counter[str] = field(default_factory=Counter)
    blobs: set[str] = field(default_factory=set)
    affected: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def affects(self, what: str, **named: Any) -> None:
        self.affected.setdefault(what, []).append(named)


Forget = Callable[[Leaving], None]
_parts: dict[str, Forget] = {}


def register_part(name: str, forget: Forget) -> None:
    """Call once, from ``AppConfig.ready``: that is in the order of the apps, low to high."""
    _parts[name] = forget


def forget_everywhere(leaving: Leaving) -> None:
    """Let every app forget the subject, highest first. Call inside a transaction."""
    for forget in reversed(_parts.values()):
        forget(leaving)
