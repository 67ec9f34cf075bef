"""Reading contours, answers and pins of a read. Which read: ``portal.reads.blinding`` decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cmrkit.contracts import FrameLabels, StackLabels
from portal.annotations.content import ContourKey, frame_positions
from portal.annotations.models import Annotation, Entry, EntryKind
from portal.imaging.models import Stack
from portal.reads.models import Read


@dataclass(frozen=True)
class Contents:
    """All that a read says. Deleted contours are there with no parts: they have versions too."""

    annotations: list[Annotation]
    entries: list[Entry]

    @property
    def answers(self) -> dict[str, Any]:
        return {e.name: e.value for e in self.entries if e.kind == EntryKind.ANSWER}

    @property
    def pins(self) -> dict[str, int | None]:
        return {e.name: e.value for e in self.entries if e.kind == EntryKind.PIN}

    @property
    def answer_entries(self) -> list[Entry]:
        return [e for e in self.entries if e.kind == EntryKind.ANSWER]

    @property
    def object_entries(self) -> list[Entry]:
        return [e for e in self.entries if e.kind == EntryKind.OBJECT]

    @property
    def pin_entries(self) -> list[Entry]:
        return [e for e in self.entries if e.kind == EntryKind.PIN]


def contents_of(read: Read | UUID) -> Contents:
    read_id = read.pk if isinstance(read, Read) else read
    return Contents(
        annotations=list(
            Annotation.objects.filter(read_id=read_id).order_by(
                "structure", "sop_instance_uid", "frame_number"
            )
        ),
        entries=list(Entry.objects.filter(read_id=read_id).order_by("kind", "name")),
    )


def key_of(annotation: Annotation) -> ContourKey:
    return ContourKey(annotation.structure, annotation.sop_instance_uid, annotation.frame_number)


def labels_on(stack: Stack, annotations: Iterable[Annotation]) -> StackLabels:
    """Contours by slice and phase of the stack; those without parts are left out."""
    positions = frame_positions(stack.addresses)
    found: dict[tuple[int, int], dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {}
    for annotation in annotations:
        place = positions.get(key_of(annotation).frame)
        if place is None or not annotation.parts:
            continue
        found.setdefault(place, {})[annotation.structure] = tuple(
            tuple((float(x), float(y)) for x, y in part) for part in annotation.parts
        )
    return StackLabels(
        frames=tuple(
            FrameLabels(slice_index=place[0], phase_index=place[1], structures=found[place])
            for place in sorted(found)
        )
    )
