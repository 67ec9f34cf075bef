"""What was decided about a case elsewhere: meetings, which lie above, register it here."""

from collections.abc import Callable
from typing import Any

from portal.cases.models import Case

Decisions = Callable[[Case], list[dict[str, Any]]]
_sources: list[Decisions] = []


def register_decisions(source: Decisions) -> None:
    """``source(case)`` answers decisions as the wire has them, oldest first. Call once, from
    ``AppConfig.ready``."""
    _sources.append(source)


def decisions_on(case: Case) -> list[dict[str, Any]]:
    return [decision for source in _sources for decision in source(case)]
