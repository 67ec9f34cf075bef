"""Attributes of one frame, wherever its file keeps them: functional groups first, then the top."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Item = dict[str, Any]


@dataclass(frozen=True)
class Levels:
    """``own`` and ``shared`` are items of the functional groups (PS3.3 C.7.6.16), empty in classic
    files; ``top`` is the header itself. Tags are 8 hex digits, as in DICOM JSON."""

    own: Item
    shared: Item
    top: Item

    def values(self, macro: str, *tags: str) -> list[Any]:
        """The values of the first of ``tags`` that has any: inside the functional group ``macro``
        of the frame, else of all frames, else at the top."""
        for tag in tags:
            for level in (self.own, self.shared):
                found = _values(first_item(level, macro), tag) if level and macro else []
                if found:
                    return found
            found = _values(self.top, tag)
            if found:
                return found
        return []

    def numbers(self, macro: str, *tags: str) -> list[float]:
        """The same as finite numbers; empty where any value is none."""
        return numbers(self.values(macro, *tags))

    def number(self, macro: str, *tags: str) -> float | None:
        found = self.numbers(macro, *tags)
        return found[0] if found else None

    def text(self, macro: str, *tags: str) -> str:
        found = self.values(macro, *tags)
        return str(found[0]) if found else ""


def numbers(values: Sequence[Any]) -> list[float]:
    """``values`` as finite numbers; empty where any is none."""
    try:
        found = [float(v) for v in values]
    except (TypeError, ValueError):
        return []
    return found if all(math.isfinite(v) for v in found) else []


def private(top: Item, group: str, creator: str, element: str) -> list[Any]:
    """Values of a private element (``group`` 4 and ``element`` 2 hex digits) of the block that
    ``creator`` (a prefix of its name) reserved (PS3.5 7.8)."""
    for block in range(0x10, 0x20):
        name = _values(top, f"{group}00{block:02X}")
        if name and str(name[0]).startswith(creator):
            return _values(top, f"{group}{block:02X}{element}")
    return []


def first_item(item: Item, tag: str) -> Item:
    """The first item of a sequence; empty where there is none."""
    found = _values(item, tag)
    return found[0] if found and isinstance(found[0], dict) else {}


def _values(item: Item, tag: str) -> list[Any]:
    entry = item.get(tag)
    found = entry.get("Value") if isinstance(entry, dict) else None
    return [v for v in found if v is not None] if found else []
