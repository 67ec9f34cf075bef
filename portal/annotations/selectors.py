"""Reading contours, answers and pins of a read. Which read: ``portal.reads.blinding`` decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cmrkit.contracts import FrameLabels, StackLabels
from portal.annotations.content import ContourKey, frame_positions
from portal.annotations.models import Annotation, Entry, EntryKind
from portal.annotations.objects import is_proposed
from portal.imaging.models import Stack
from portal.protocols.schema import object_of
from portal.reads.models import Read


@dataclass(frozen=True)
class Contents:
    """All that a read says. Deleted contours are there with no parts: they have versions too."""

    annotations: list[Annotation]
    entries: list[Entry]

    @property
    def answers(self) -> dict[str, Any]:
        """By question; one that names a landmark which isn't set is none: it was deleted since, or
        a model proposes it and nobody has accepted it."""
        there = {
            e.name for e in self.object_entries if e.value is not None and not is_proposed(e.value)
        }
        return {
            e.name: e.value if (name := object_of(e.value)) is None or name in there else None
            for e in self.answer_entries
        }

    def point_of(self, answer: Any) -> tuple[float, float, float] | None:
        """Where the landmark lies that an answer names, in LPS millimetres."""
        name = object_of(answer)
        for entry in self.object_entries:
            if name is not None and entry.name == name and entry.value is not None:
                x, y, z = entry.value["points_lps_mm"][0]
                return float(x), float(y), float(z)
        return None

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


def on_own_stack(read: Read, contents: Contents) -> Contents:
    """Without contours on stacks beside the one that is read: what a reference is made of."""
    frames = frame_positions(read.stack.addresses)
    rows = [row for row in contents.annotations if key_of(row).frame in frames]
    return Contents(rows, contents.entries)


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
