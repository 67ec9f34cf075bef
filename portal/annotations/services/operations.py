"""Applying a reader's journal: each operation once, or a conflict with both versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from portal.accounts.models import User
from portal.annotations.canvases import Canvases
from portal.annotations.content import (
    MAX_PARTS,
    MAX_POINTS,
    ContourKey,
    FrameKey,
    Parts,
    frame_positions,
    shape_problem,
)
from portal.annotations.errors import TooManyOperations
from portal.annotations.made_by import label_in
from portal.annotations.models import Annotation, Entry, EntryKind, Operation, Origin, State
from portal.annotations.objects import is_object_id, is_proposed, problem_of
from portal.annotations.selectors import key_of
from portal.annotations.services.proposals import was_proposed
from portal.annotations.services.unconfirmed import Unconfirmed
from portal.annotations.services.writing import Writer
from portal.audit.services import record_in_project
from portal.imaging.models import Stack
from portal.protocols.schema import object_of
from portal.protocols.selectors import rules_of
from portal.reads.convening import check_save
from portal.reads.models import Read, ReadState
from portal.reads.services.lifecycle import lock_open_read, mark_started, require_own

MAX_OPERATIONS = 1000
PINS = {"ed_phase": "n_phases", "es_phase": "n_phases"} | {
    "basal_slice": "n_slices",
    "apical_slice": "n_slices",
}  # pin -> what it counts in

MESSAGES = {
    "stale_version": "This was changed elsewhere; both versions are here.",
    "nothing_there": "There is no contour here to accept.",
    "not_unconfirmed": "Only what was here unconfirmed can go back to that.",
    "unknown_structure": "The protocol doesn't ask for this structure.",
    "structure_elsewhere": "This structure is drawn on other images of the case.",
    "unknown_frame": "The stack of this read has no such frame.",
    "outside_image": "The contour leaves the image.",
    "too_many_parts": f"A contour has at most {MAX_PARTS} parts and holes.",
    "too_many_points": f"A part of a contour has at most {MAX_POINTS} points.",
    "too_few_points": "A part of a contour has at least three points.",
    "unknown_question": "The protocol doesn't ask this.",
    "unknown_answer": "This answer can't be given to this question.",
    "landmark_not_set": "The landmark that answers this isn't set in this read.",
    "unknown_phase": "The stack of this read has no such phase or slice.",
    "ai_hidden": "This read is done without AI.",
    "unknown_model": "The server doesn't know which model made this contour.",
    "already_settled": "A person has accepted or drawn this contour already.",
    "unknown_object": "This is no landmark or measurement that Accord knows.",
    "unknown_landmark": "Accord knows no such landmark.",
    "label_too_long": "The label is longer than 80 characters.",
    "points_not_in_body": "The points don't fit this kind, or lie outside any body.",
}


@dataclass(frozen=True)
class ContourOp:
    """Draw, replace or (with no parts) delete a contour. ``propagated``: carried over from another
    frame, to be accepted or edited; it doesn't take the place of what a person settled. The same
    holds for one made by a model, which ``made_by`` names (``portal.annotations.made_by``)."""

    op_id: str
    key: ContourKey
    base_version: int
    parts: Parts
    propagated: bool = False
    made_by: str = ""

    @property
    def computed(self) -> bool:
        return self.propagated or bool(self.made_by)


@dataclass(frozen=True)
class StateOp:
    """Accept a contour as it is, or (``state`` auto) take one's own accepting or editing back: the
    content must be what was here unconfirmed."""

    op_id: str
    key: ContourKey
    base_version: int
    state: State = State.ACCEPTED


@dataclass(frozen=True)
class EntryOp:
    """Answer a question, pin a phase or slice, put a world object; None takes it back."""

    op_id: str
    kind: EntryKind
    name: str
    base_version: int
    value: Any


AnyOp = ContourOp | StateOp | EntryOp


@dataclass(frozen=True)
class OpResult:
    """``current`` is what the server holds where there is a conflict."""

    op_id: str
    outcome: Literal["applied", "duplicate", "conflict"]
    version: int
    current: Annotation | Entry | None = None
    code: str = ""

    @property
    def message(self) -> str:
        return MESSAGES.get(self.code, "")


def apply_operations(*, by: User, read: Read, operations: Sequence[AnyOp]) -> list[OpResult]:
    """Apply in order, in one transaction with one audit row. Repeats of an ``op_id`` are
    answered, not applied; conflicts leave the others standing."""
    require_own(by=by, read=read)
    check_save(by, read)
    if len(operations) > MAX_OPERATIONS:
        raise TooManyOperations(operations=[TooManyOperations.message])
    with transaction.atomic():
        held = lock_open_read(read)
        batch = _Batch(read, operations)
        results = [batch.apply(operation) for operation in operations]
        batch.finish()
        if batch.done:
            if held.state == ReadState.ASSIGNED:
                mark_started(by=by, read=read)
            record_in_project(
                project_id=read.case.project_id,
                by=by,
                action="read.saved",
                target_type="read",
                target_id=read.pk,
                details={"operations": len(batch.done)},
            )
    return results


class _Batch:
    """What one batch needs to know, loaded in a fixed number of queries."""

    def __init__(self, read: Read, operations: Sequence[AnyOp]) -> None:
        self.read = read
        self.rules = rules_of(read.protocol_version)
        self.canvases = Canvases(read, self.rules)
        self.writer = Writer(read, author_id=str(read.reader_id))
        self.done: list[Operation] = []
        self.seen: dict[str, int] = dict(
            Operation.objects.filter(
                read=read, op_id__in={operation.op_id for operation in operations}
            ).values_list("op_id", "resulting_version")
        )
        uids = {op.key.sop_instance_uid for op in operations if not isinstance(op, EntryOp)}
        self.annotations: dict[ContourKey, Annotation] = {
            key_of(row): row
            for row in Annotation.objects.filter(read=read, sop_instance_uid__in=uids)
        }
        # most saves are contours alone: those ask for no entries
        says_else = any(isinstance(operation, EntryOp) for operation in operations)
        self.entries: dict[tuple[str, str], Entry] = {
            (row.kind, row.name): row
            for row in (Entry.objects.filter(read=read) if says_else else ())
        }
        self.unconfirmed = Unconfirmed(
            self.annotations[op.key]
            for op in operations
            if isinstance(op, StateOp) and op.state == State.AUTO and op.key in self.annotations
        )
        self.contested: set[ContourKey | tuple[str, str]] = set()

    def apply(self, operation: AnyOp) -> OpResult:
        if operation.op_id in self.seen:
            return OpResult(operation.op_id, "duplicate", self.seen[operation.op_id])
        current: Annotation | Entry | None
        if isinstance(operation, EntryOp):
            current = self.entries.get((operation.kind, operation.name))
            code = self._entry_problem(operation)
        else:
            current = self.annotations.get(operation.key)
            code = self._contour_problem(operation)
        held = current.version if current else 0
        # what follows a conflict was drawn on what was refused, even if the number fits
        target = _target(operation)
        if not code and (held != operation.base_version or target in self.contested):
            code = "stale_version"
        if not code and isinstance(operation, StateOp):
            code = self._state_problem(operation)
        if not code and isinstance(operation, ContourOp) and _settled(operation, current):
            code = "already_settled"
        if code:
            self.contested.add(target)
            return OpResult(operation.op_id, "conflict", held, current, code)
        version = self._write(operation)
        self.seen[operation.op_id] = version
        self.done.append(
            Operation(read=self.read, op_id=operation.op_id, resulting_version=version)
        )
        return OpResult(operation.op_id, "applied", version)

    def finish(self) -> None:
        self.writer.flush()
        Operation.objects.bulk_create(self.done, batch_size=200)

    def _write(self, operation: AnyOp) -> int:
        if isinstance(operation, EntryOp):
            place = (str(operation.kind), operation.name)
            entry = self.writer.put_entry(
                self.entries.get(place),
                operation.kind,
                operation.name,
                value=operation.value,
                op_id=operation.op_id,
            )
            self.entries[place] = entry
            return entry.version
        current = self.annotations.get(operation.key)
        if isinstance(operation, StateOp):
            assert current is not None
            # settled by a person already, or nothing to take back
            if (current.state == State.AUTO) == (operation.state == State.AUTO):
                return current.version
        if isinstance(operation, StateOp) and operation.state == State.AUTO:
            content = self.unconfirmed.content_of(operation.key)
        else:
            content = _content(operation, current) | self._maker(operation)
        row = self.writer.put(current, operation.key, op_id=operation.op_id, **content)
        self.unconfirmed.note(row)
        self.annotations[operation.key] = row
        return row.version

    def _maker(self, operation: ContourOp | StateOp) -> dict[str, Any]:
        """What is else about a contour that a model made."""
        if isinstance(operation, StateOp) or not operation.made_by:
            return {}
        label = label_in(operation.made_by, self.read.pk)
        return {"origin": Origin.AI, "model_label": label}

    def _contour_problem(self, operation: ContourOp | StateOp) -> str:
        parts = operation.parts if isinstance(operation, ContourOp) else []
        code = self.canvases.problem_of(operation.key, parts) or shape_problem(parts)
        if code:
            return code
        if isinstance(operation, ContourOp) and operation.made_by:
            if not self.read.sees_ai:
                return "ai_hidden"
            return "" if label_in(operation.made_by, self.read.pk) else "unknown_model"
        return ""

    def _state_problem(self, operation: StateOp) -> str:
        current = self.annotations.get(operation.key)
        if current is None:
            return "nothing_there"
        if operation.state == State.AUTO and not self.unconfirmed.matches(current):
            return "not_unconfirmed"
        return ""

    def _entry_problem(self, operation: EntryOp) -> str:
        value = operation.value
        if operation.kind == EntryKind.PIN:
            return "" if self._is_pin(operation.name, value) else "unknown_phase"
        if operation.kind == EntryKind.OBJECT:
            if not is_object_id(operation.name):
                return "unknown_object"
            return "" if value is None else self._object_problem(operation)
        question = self.rules.question(operation.name)
        if question is None:
            return "unknown_question"
        if not self.rules.accepts(question, value):
            return "unknown_answer"
        return self._landmark_problem(question, object_of(value))

    def _landmark_problem(self, question: dict[str, Any], object_id: str | None) -> str:
        """A landmark's answer names one of that kind, set in this read: what a model proposes is
        accepted first."""
        if object_id is None:
            return ""
        entry = self.entries.get((EntryKind.OBJECT, object_id))
        landmark = entry.value if entry is not None else None
        fits = landmark is not None and landmark["code"] == question["landmark"]
        return "" if fits and not is_proposed(landmark) else "landmark_not_set"

    def _is_pin(self, name: str, value: Any) -> bool:
        if name not in PINS:
            return False
        most = getattr(self.read.stack, PINS[name])
        return value is None or (type(value) is int and 0 <= value < most)

    def _object_problem(self, operation: EntryOp) -> str:
        current = self.entries.get((operation.kind, operation.name))
        code = problem_of(operation.value) or self._object_frame(operation.value)
        if not code and is_proposed(operation.value) and not was_proposed(current, operation.value):
            return "not_unconfirmed"
        return code

    def _object_frame(self, value: dict[str, Any]) -> str:
        """An object lies on a stack of the read's own case."""
        stack: Stack | None = self.read.stack
        if value["stack_id"] != str(self.read.stack_id):
            rows = Stack.objects.filter(study__case_id=self.read.case_id)
            stack = next((s for s in rows if str(s.pk) == value["stack_id"]), None)
        key = FrameKey(value["sop_instance_uid"], value["frame_number"])
        known = stack is not None and key in frame_positions(stack.addresses)
        return "" if known else "unknown_frame"


def _settled(operation: ContourOp, current: Annotation | Entry | None) -> bool:
    """What is computed doesn't take the place of what a person looked at."""
    return (
        operation.computed
        and isinstance(current, Annotation)
        and bool(current.parts)
        and current.state != State.AUTO
    )


def _target(operation: AnyOp) -> ContourKey | tuple[str, str]:
    if isinstance(operation, EntryOp):
        return str(operation.kind), operation.name
    return operation.key


def _content(operation: ContourOp | StateOp, current: Annotation | None) -> dict[str, Any]:
    """What the next revision says: a drawn contour is edited, one drawn anew is manual, one
    drawn over the AI's keeps the AI as its origin."""
    if isinstance(operation, StateOp):
        assert current is not None
        return {
            "parts": current.parts,
            "origin": current.origin,
            "state": State.ACCEPTED,
            "model_label": current.model_label,
        }
    if operation.computed:
        return {
            "parts": operation.parts,
            "origin": Origin.PROPAGATED,
            "state": State.AUTO,
            "model_label": "",
        }
    continues = current is not None and bool(current.parts)
    return {
        "parts": operation.parts,
        "origin": current.origin if current and continues else Origin.MANUAL,
        "state": State.EDITED,
        "model_label": current.model_label if current and continues else "",
    }
