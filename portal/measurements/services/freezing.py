"""What submitting and signing freeze: the versions that the person saw, complete by the protocol.

Runs inside the caller's transaction, under the read's lock.
"""

from dataclasses import dataclass, field
from typing import Any

from portal.annotations.content import ContourKey, frame_positions
from portal.annotations.models import Annotation, State
from portal.annotations.selectors import Contents, contents_of, key_of
from portal.core.hashing import digest
from portal.measurements.errors import StaleSubmit, SubmitIncomplete
from portal.measurements.services.measuring import measure
from portal.protocols.schema import Rules
from portal.protocols.selectors import rules_of
from portal.reads.models import Read

FROZEN_PHASES = ("ed_phase", "es_phase")


@dataclass(frozen=True)
class Freezes:
    """The versions that the person's screen showed."""

    contours: dict[ContourKey, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    pins: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Frozen:
    """What is fixed from now on. ``annotations`` are those at ED and ES; none where the case
    was found not assessable."""

    contents: Contents
    annotations: list[Annotation]
    answers: dict[str, Any]
    function: dict[str, Any]
    assessable: bool
    digest: str


def freeze_contents(*, read: Read, freezes: Freezes) -> Frozen:
    """Check that the read is complete and is what the person saw; raises SubmitIncomplete or
    StaleSubmit."""
    contents = contents_of(read)
    rules = rules_of(read.protocol_version)
    function = measure(read, contents)
    assessable = rules.needs_contours(contents.answers)
    at_phases = _annotations_at(read, contents, function) if assessable else []
    _check_versions(freezes, contents, at_phases)
    missing = _missing(read, rules, contents, function, at_phases)
    if missing:
        raise SubmitIncomplete(missing=missing)
    return Frozen(
        contents=contents,
        annotations=at_phases,
        answers=rules.visible_answers(contents.answers),
        function=function,
        assessable=assessable,
        digest=_digest(read, contents, at_phases, function),
    )


def _annotations_at(read: Read, contents: Contents, function: dict[str, Any]) -> list[Annotation]:
    phases = {function[name] for name in FROZEN_PHASES} - {None}
    positions = frame_positions(read.stack.addresses)
    return [
        row
        for row in contents.annotations
        if positions.get(key_of(row).frame, (None, None))[1] in phases
    ]


def _check_versions(freezes: Freezes, contents: Contents, required: list[Annotation]) -> None:
    """Everything named is as named, and everything that will be frozen was named."""
    held = {key_of(row): row.version for row in contents.annotations}
    must = {key_of(row) for row in required if row.parts}
    stale: list[dict[str, Any]] = [
        {
            "kind": "contour",
            **key._asdict(),
            "named": freezes.contours.get(key),
            "held": held.get(key, 0),
        }
        for key in sorted(must | freezes.contours.keys())
        if freezes.contours.get(key) != held.get(key, 0)
    ]
    for kind, named, entries in (
        ("answer", freezes.answers, contents.answer_entries),
        ("pin", freezes.pins, contents.pin_entries),
    ):
        versions = {entry.name: entry.version for entry in entries}
        given = {entry.name for entry in entries if entry.value is not None}
        stale += [
            {"kind": kind, "name": name, "named": named.get(name), "held": versions.get(name, 0)}
            for name in sorted(given | named.keys())
            if named.get(name) != versions.get(name, 0)
        ]
    if stale:
        raise StaleSubmit(stale=stale)


def _missing(
    read: Read,
    rules: Rules,
    contents: Contents,
    function: dict[str, Any],
    at_phases: list[Annotation],
) -> list[dict[str, Any]]:
    missing: list[dict[str, Any]] = [
        {"kind": "answer", "question": code} for code in rules.unanswered(contents.answers)
    ]
    if not rules.needs_contours(contents.answers):
        return missing
    missing += [{"kind": "phase", "name": name} for name in FROZEN_PHASES if function[name] is None]
    positions = frame_positions(read.stack.addresses)
    for row in at_phases:
        if row.parts and row.state == State.AUTO:
            slice_index, phase_index = positions[key_of(row).frame]
            missing.append(
                {
                    "kind": "contour",
                    **key_of(row)._asdict(),
                    "slice": slice_index,
                    "phase": phase_index,
                }
            )
    return missing


def _digest(
    read: Read, contents: Contents, at_phases: list[Annotation], function: dict[str, Any]
) -> str:
    return digest(
        {
            "stack": [str(read.stack_id), read.stack.content_hash],
            "protocol": str(read.protocol_version_id),
            "contours": [[*key_of(row), row.version, row.revision_hash] for row in at_phases],
            "answers": [[e.name, e.version, e.value] for e in contents.answer_entries],
            "pins": [[e.name, e.version, e.value] for e in contents.pin_entries],
            "inputs": function["inputs_hash"],
        }
    )
