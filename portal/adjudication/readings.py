"""The readings of an adjudication as the adjudicator gets them. Pure.

Where nobody may know which reading is the AI's, all of them are cut down to what they have in
common: contours at the own ED and ES, without origin, state, model or version, and no answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.annotations.content import frame_positions
from portal.annotations.models import Annotation, Origin, State
from portal.annotations.selectors import Contents, key_of
from portal.measurements.services.freezing import FROZEN_PHASES
from portal.reads.models import Read, ReadPurpose


@dataclass(frozen=True)
class Reading:
    """``contents`` and ``function`` are what is shown and taken; ``named``: whether the adjudicator
    may know who read."""

    key: str
    label: str
    read: Read
    contents: Contents
    function: dict[str, Any]
    named: bool
    has_answers: bool = True

    @property
    def by_model(self) -> bool:
        return self.read.purpose == ReadPurpose.DRAFT

    @property
    def phases(self) -> set[int]:
        """Its own ED and ES."""
        return {self.function[name] for name in FROZEN_PHASES} - {None}


def decisive_phases(readings: Iterable[Reading]) -> set[int]:
    """ED and ES of any reading: what the reference standard can be made of."""
    return {phase for reading in readings for phase in reading.phases}


def cut_down(read: Read, contents: Contents, phases: set[int]) -> Contents:
    """What can't tell a person's reading from the AI's."""
    positions = frame_positions(read.stack.addresses)
    return Contents(
        annotations=[
            _plain(row)
            for row in contents.annotations
            if row.parts and positions.get(key_of(row).frame, (None, None))[1] in phases
        ],
        entries=[],
    )


def cut_curves(function: dict[str, Any], phases: set[int]) -> dict[str, Any]:
    """The numbers without volumes at other phases, which the AI alone has throughout."""
    curves = {
        name: [value if phase in phases else None for phase, value in enumerate(function[name])]
        for name in ("lv_volume_ml", "rv_volume_ml")
    }
    return {**function, **curves, "notes": []}


def _plain(row: Annotation) -> Annotation:
    """A copy that is not stored."""
    return Annotation(
        read_id=row.read_id,
        version=1,
        parts=row.parts,
        origin=Origin.MANUAL,
        state=State.ACCEPTED,
        **key_of(row)._asdict(),
    )
