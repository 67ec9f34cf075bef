"""How reads and what they say look on the wire."""

from typing import Any

from api.v1.imaging.rendering import stack_summary
from api.v1.projects.rendering import model_brief
from api.v1.protocols.rendering import protocol
from portal.accounts.models import User
from portal.annotations.models import Annotation, Entry
from portal.annotations.selectors import Contents
from portal.annotations.services.operations import OpResult
from portal.imaging.models import Stack
from portal.imaging.selectors import viewable_stacks
from portal.overview.drafts import DraftInfo, draft_of
from portal.reads.blinding import OPEN_STATES
from portal.reads.models import Read
from portal.reads.selectors import next_own_read


def read_detail(user: User, read: Read) -> dict[str, Any]:
    """``Read`` of the wire contract. Nothing of any other reader's work goes into it."""
    project = read.case.project
    mine = read.reader.user_id == user.pk
    following = next_own_read(user, read) if mine else None
    return {
        "id": read.pk,
        "project": {"slug": project.slug, "name": project.name},
        "case": {"id": read.case_id, "label": read.case.label},
        "state": read.state,
        "protocol": protocol(read.protocol_version),
        "stack_id": read.stack_id,
        "purpose": read.purpose,
        "ai_visible": read.protocol_version.ai_visible,
        "draft": draft(draft_of(read)),
        "stacks": [
            read_stack(stack, project.slug, is_read=stack.pk == read.stack_id)
            for stack in viewable_stacks(user, read.case, read.stack)
        ],
        "may_edit": mine and read.state in OPEN_STATES,
        "submitted_at": read.submitted_at,
        "next_read_id": following.pk if following else None,
    }


_STACK_NAMES = (
    *("id", "version", "sequence_kind", "view", "time_axis", "component", "condition"),
    *("n_slices", "n_phases", "thumbnail_url"),
)


def read_stack(stack: Stack, slug: str, *, is_read: bool) -> dict[str, Any]:
    """What a reader needs to choose a stack: nothing of who corrected it or why it was so named."""
    summary = stack_summary(stack, slug)
    return {**{name: summary[name] for name in _STACK_NAMES}, "is_read": is_read}


def draft(info: DraftInfo) -> dict[str, Any]:
    return {
        "state": info.state,
        "job_id": info.job_id,
        "model": model_brief(info.model) if info.model else None,
        "flags": [vars(flag) for flag in info.flags],
    }


def annotation(row: Annotation) -> dict[str, Any]:
    return {
        "structure": row.structure,
        "sop_instance_uid": row.sop_instance_uid,
        "frame_number": row.frame_number,
        "parts": row.parts,
        "version": row.version,
        "origin": row.origin,
        "state": row.state,
        "model": row.model_label or None,
    }


def answer(row: Entry) -> dict[str, Any]:
    return {"question": row.name, "value": row.value, "version": row.version}


def pin(row: Entry) -> dict[str, Any]:
    return {"name": row.name, "value": row.value, "version": row.version}


def world_object(row: Entry) -> dict[str, Any]:
    """A landmark or measurement; ``object`` is null once it was deleted."""
    return {"object_id": row.name, "version": row.version, "object": row.value}


def contents(found: Contents) -> dict[str, Any]:
    """All that a read says; deleted contours stand there without parts, deleted objects without
    content: they have versions too."""
    return {
        "annotations": [annotation(row) for row in found.annotations],
        "answers": [answer(row) for row in found.answer_entries],
        "pins": [pin(row) for row in found.pin_entries],
        "objects": [world_object(row) for row in found.object_entries],
    }


def op_result(result: OpResult) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "op_id": result.op_id,
        "outcome": result.outcome,
        "version": result.version,
        "current": _current(result.current),
    }
    if result.code:
        rendered.update(code=result.code, message=result.message)
    return rendered


def _current(row: Annotation | Entry | None) -> dict[str, Any] | None:
    if row is None:
        return None
    if isinstance(row, Annotation):
        return annotation(row)
    return {"answer": answer, "pin": pin, "object": world_object}[row.kind](row)
