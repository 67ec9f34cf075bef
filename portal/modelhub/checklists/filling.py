"""A checklist held against the records of one model."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.modelhub.card.records import Records
from portal.modelhub.checklists.answer import Answer
from portal.modelhub.checklists.answers import ANSWERS
from portal.modelhub.checklists.lists import Checklist, Item, Part
from portal.modelhub.papers import Fact, Facts, Note, Paper, Section


class Status(StrEnum):
    RECORDS = "records"
    PART = "part"
    PERSON = "person"


SPOKEN = {
    Status.RECORDS: "from records",
    Status.PART: "from records, in part",
    Status.PERSON: "needs a person",
}


@dataclass(frozen=True)
class FilledItem:
    """``rest``: what a person has to add to what the records say."""

    item: Item
    answer: Answer | None

    @property
    def status(self) -> Status:
        if self.answer is None:
            return Status.PERSON
        return Status.PART if self.item.rest else Status.RECORDS

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.item.number,
            "topic": self.item.topic,
            "ask": self.item.ask,
            "status": self.status.value,
            "text": self.answer.text if self.answer else "",
            "link": self.answer.link if self.answer else "",
            "rest": self.item.rest if self.answer else "",
        }


@dataclass(frozen=True)
class Filled:
    checklist: Checklist
    model: str
    parts: list[tuple[Part, list[FilledItem]]]

    def counts(self) -> dict[str, int]:
        found = Counter(row.status for _, rows in self.parts for row in rows)
        return {status.value: found[status] for status in Status}

    def to_json(self) -> dict[str, Any]:
        listed = self.checklist
        return {
            "code": listed.code,
            "title": listed.title,
            "reference": listed.reference,
            "verified": listed.verified,
            "checked": listed.checked,
            "model": self.model,
            "counts": self.counts(),
            "sections": [
                {"title": part.title, "items": [row.to_json() for row in rows]}
                for part, rows in self.parts
            ],
        }


def fill(checklist: Checklist, found: Records) -> Filled:
    """Each item with what the records say, within what the person may see."""
    held: dict[str, Answer | None] = {}
    for item in checklist.items:
        if item.record and item.record not in held:
            held[item.record] = ANSWERS[item.record](found)
    parts = [
        (part, [FilledItem(item, held.get(item.record)) for item in part.items])
        for part in checklist.parts
    ]
    return Filled(checklist, f"{found.model.name} {found.model.version}", parts)


def as_paper(filled: Filled) -> Paper:
    listed, counts = filled.checklist, filled.counts()
    told = ", ".join(f"{SPOKEN[Status(code)]}: {n}" for code, n in counts.items())
    head = Section("About this list", [Note(listed.reference), Note(listed.checked), Note(told)])
    sections = [
        Section(part.title, [Facts([_fact(row) for row in rows])]) for part, rows in filled.parts
    ]
    return Paper(
        listed.title,
        f"For {filled.model}, from the portal’s records. Whoever submits it answers for it.",
        sections=[head, *sections],
    )


def _fact(row: FilledItem) -> Fact:
    name = f"{row.item.number}. {row.item.topic}: {row.item.ask}"
    if row.answer is None:
        return Fact(name, f"[{SPOKEN[Status.PERSON]}]")
    rest = f" [needs a person: {row.item.rest}]" if row.item.rest else ""
    return Fact(name, f"{row.answer.text}{rest}", row.answer.link)
