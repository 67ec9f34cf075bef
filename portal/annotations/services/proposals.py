"""Landmarks that a model proposes: kept in the draft's read, and copied from it like contours.

A proposal is a world object that says who proposed it. Accepting it is saving it without that;
what a reader has set, accepted, moved or removed is never proposed again.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid5

from cmrkit.contracts import LandmarkCode, StackMeta
from cmrkit.geometry import image_to_patient
from cmrkit.volumes.landmarks import Landmark
from portal.annotations.models import Entry, EntryKind, EntryRevision
from portal.annotations.objects import PROPOSED_BY, is_proposed, problem_of
from portal.annotations.services.writing import Writer
from portal.imaging.models import Stack
from portal.protocols.selectors import rules_of
from portal.reads.models import Read, ReadPurpose


def proposals_of(
    stack: Stack, landmarks: Iterable[Landmark], *, model_label: str
) -> list[dict[str, Any]]:
    """As world objects. What isn't on a frame of the stack, or is no landmark that Accord knows, is
    left out: the worker may be somebody else's."""
    meta = StackMeta.from_json(stack.meta)
    found = [_world_object(stack, meta, landmark, model_label) for landmark in landmarks]
    return [value for value in found if value is not None]


def proposed_in(read: Read) -> list[dict[str, Any]]:
    """The proposals that a read holds, such as a draft's."""
    rows = Entry.objects.filter(read=read, kind=EntryKind.OBJECT).order_by("name")
    return [row.value for row in rows if row.value is not None and is_proposed(row.value)]


def put_proposals(
    writer: Writer, proposals: Sequence[dict[str, Any]], *, op_id: str, stack: Stack
) -> None:
    """Make the untouched proposals of the writer's read on that stack say what these say: those
    alone that its protocol asks for. What a draft of another stack proposed stays: one that comes
    later and finds the same landmark doesn't move it."""
    read = writer.read
    asked = _asked_for(read)
    rows = list(Entry.objects.filter(read=read, kind=EntryKind.OBJECT)) if asked else []
    held = {row.name: row for row in rows}
    settled = {row.value["code"] for row in rows if row.value and not is_proposed(row.value)}
    wanted = {value["code"]: value for value in proposals if value["code"] in asked - settled}
    for code in sorted(asked):
        name = str(uuid5(read.pk, code))
        current, value = held.get(name), wanted.get(code)
        if current is not None and _of_another(current, stack):
            continue
        if _may_change(read, current) and (current.value if current else None) != value:
            writer.put_entry(current, EntryKind.OBJECT, name, value=value, op_id=op_id)


def was_proposed(current: Entry | None, value: Any) -> bool:
    """Whether the entry once held exactly this proposal: undoing may bring it back."""
    return current is not None and any(
        held == value
        for held in EntryRevision.objects.filter(entry=current).values_list("value", flat=True)
    )


def _asked_for(read: Read) -> set[str]:
    questions = rules_of(read.protocol_version).questions
    return {q["landmark"] for q in questions if q["kind"] == "landmark" and q.get("landmark")}


def _of_another(current: Entry, stack: Stack) -> bool:
    """Whether the entry holds a proposal that lies on another stack."""
    value: Any = current.value
    return is_proposed(value) and bool(value["stack_id"] != str(stack.pk))


def _may_change(read: Read, current: Entry | None) -> bool:
    if current is None or is_proposed(current.value):
        return True
    if current.value is not None:
        return False
    if read.purpose == ReadPurpose.DRAFT:
        return True
    last = EntryRevision.objects.filter(entry=current).order_by("-version").first()
    # gone because a later draft had none, or because the reader wanted none
    return last is None or last.author_id != str(read.reader_id)


def _world_object(
    stack: Stack, meta: StackMeta, landmark: Landmark, model_label: str
) -> dict[str, Any] | None:
    s, p, (column, row) = landmark.slice_index, landmark.phase_index, landmark.point
    on_stack = 0 <= s < meta.n_slices and 0 <= p < meta.n_phases
    address = stack.addresses[s][p] if on_stack else None
    inside = -0.5 <= column <= meta.columns - 0.5 and -0.5 <= row <= meta.rows - 0.5
    if address is None or not inside or landmark.code == LandmarkCode.OTHER:
        return None
    point = image_to_patient(meta, s) @ (column, row, 0.0, 1.0)
    value = {
        "type": "landmark",
        "code": landmark.code,
        "label": "",
        "points_lps_mm": [[round(float(mm), 3) for mm in point[:3]]],
        "frame_of_reference_uid": meta.frame_of_reference_uid,
        "stack_id": str(stack.pk),
        "sop_instance_uid": address[1],
        "frame_number": int(address[2]),
        PROPOSED_BY: model_label,
    }
    return None if problem_of(value) else value
