"""How reads and what they say look on the wire."""

from typing import Any

from api.v1.projects.rendering import model_brief
from api.v1.protocols.rendering import protocol
from portal.accounts.models import User
from portal.annotations.models import Annotation, Entry
from portal.annotations.selectors import Contents
from portal.annotations.services.operations import OpResult
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
        "may_edit": mine and read.state in OPEN_STATES,
        "submitted_at": read.submitted_at,
        "next_read_id": following.pk if following else None,
    }


def draft(info: DraftInfo) -> dict[str, Any]:
    return {
        "state": info.state,
        "job_id": info.job_id,
        "model": model_brief(info.model) if info.model else None,
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


def contents(found: Contents) -> dict[str, Any]:
    """Annotations, answers and pins of a read; deleted contours stand there without parts."""
    return {
        "annotations": [annotation(row) for row in found.annotations],
        "answers": [answer(row) for row in found.answer_entries],
        "pins": [pin(row) for row in found.pin_entries],
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
    return answer(row) if row.kind == "answer" else pin(row)
