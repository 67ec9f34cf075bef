"""The checklists as data files: number, subject and a paraphrase of each item; ``record`` names the
function that may answer it, ``rest`` what a person adds even then."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from portal.core.errors import NotFound

CODES = ("claim-2024", "tripod-ai", "stard-ai", "decide-ai")


@dataclass(frozen=True)
class Item:
    number: str
    topic: str
    ask: str
    record: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Part:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Checklist:
    """``verified``: whether numbers, order and subjects were compared with others' copies of the
    published list; ``checked`` says how."""

    code: str
    title: str
    published: str
    reference: str
    n_items: int
    verified: bool
    checked: str
    parts: tuple[Part, ...]

    @property
    def items(self) -> list[Item]:
        return [item for part in self.parts for item in part.items]


@lru_cache(maxsize=len(CODES))
def _load(code: str) -> Checklist:
    text = files("portal.modelhub.checklists").joinpath(f"data/{code}.json").read_text("utf-8")
    data = json.loads(text)
    sections = data.pop("sections")
    parts = tuple(Part(s["title"], tuple(Item(**item) for item in s["items"])) for s in sections)
    return Checklist(**data, parts=parts)


def all_checklists() -> list[Checklist]:
    return [_load(code) for code in CODES]


def checklist_named(code: str) -> Checklist:
    if code not in CODES:
        raise NotFound()
    return _load(code)
