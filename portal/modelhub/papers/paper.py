"""What a document is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NOT_RECORDED = "not recorded"


def said(value: Any) -> str:
    """The value as text; ``not recorded`` where there is none."""
    if value is None or value == "":
        return NOT_RECORDED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if 0 < abs(value) < 0.1:
            return f"{value:.3g}"  # with three decimals a rate of 0.0005 would be another one
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return str(value)


@dataclass(frozen=True)
class Fact:
    """One thing that is recorded. ``link``: a page of the portal, from the root."""

    name: str
    value: str = NOT_RECORDED
    link: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "value": self.value, "link": self.link}


@dataclass(frozen=True)
class Facts:
    facts: Sequence[Fact]

    def to_json(self) -> dict[str, Any]:
        return {"kind": "facts", "facts": [fact.to_json() for fact in self.facts]}


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        return {"kind": "items", "items": list(self.items)}


@dataclass(frozen=True)
class Note:
    text: str

    def to_json(self) -> dict[str, Any]:
        return {"kind": "note", "text": self.text}


@dataclass(frozen=True)
class Table:
    """``rows`` have as many cells as ``head``; the first cell names the row."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "table",
            "title": self.title,
            "head": list(self.head),
            "rows": [list(row) for row in self.rows],
            "note": self.note,
        }


Block = Facts | Items | Note | Table


@dataclass(frozen=True)
class Section:
    title: str
    blocks: Sequence[Block]

    def to_json(self) -> dict[str, Any]:
        return {"title": self.title, "blocks": [block.to_json() for block in self.blocks]}


@dataclass(frozen=True)
class Paper:
    """``warnings`` stand before all else."""

    title: str
    subtitle: str = ""
    warnings: Sequence[str] = field(default_factory=tuple)
    sections: Sequence[Section] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "warnings": list(self.warnings),
            "sections": [section.to_json() for section in self.sections],
        }
