"""How reads and what they say look on the wire."""

from typing import Any

from api.v1.imaging.rendering import ROW_KEYS, UID_KEYS, stack_summary
from api.v1.projects.rendering import model_brief
from api.v1.protocols.rendering import protocol
from cmrkit.contracts.drawings import SHORT_AXIS
from portal.accounts.models import User
from portal.annotations.models import Annotation, Entry, EntryKind
from portal.annotations.selectors import Contents
from portal.annotations.services.operations import OpResult
from portal.imaging.aliases import OWN, Names, renamed
from portal.imaging.models import Stack
from portal.imaging.selectors import viewable_stacks
from portal.measurements.long_axis import LongAxisNumbers
from portal.measurements.services.first_opinion import AFTER_FIRST, AiOpinion
from portal.overview.drafts import DraftInfo, draft_of, models_beside_read
from portal.protocols.selectors import rules_of
from portal.reads.beside import stacks_beside, structures_on
from portal.reads.blinding import OPEN_STATES, next_own_read
from portal.reads.models import READ_BY_READERS, Read
from portal.reads.opened_images import names_for


def read_detail(user: User, read: Read) -> dict[str, Any]:
    """``Read`` of the wire contract. Nothing of any other reader's work goes into it."""
    project = read.case.project
    mine = read.reader.user_id == user.pk
    following = next_own_read(user, read) if mine else None
    names = names_for(user, read)
    drawn = {beside.stack.pk: beside.structures for beside in stacks_beside(read)}
    drafted = models_beside_read(read)
    drawn[read.stack_id] = structures_on(rules_of(read.protocol_version), SHORT_AXIS)
    return {
        "id": read.pk,
        "project": {"slug": project.slug, "name": project.name},
        "case": case_of(read, mine=mine),
        "state": read.state,
        "protocol": protocol(read.protocol_version),
        "stack_id": names.row_id(read.stack_id),
        "purpose": read.purpose,
        "ai_visible": read.sees_ai,
        "draft": draft(draft_of(read)),
        "stacks": [
            {
                **read_stack(stack, project.slug, names, is_read=stack.pk == read.stack_id),
                "structures": drawn.get(stack.pk, ()),
                "model": model_brief(drafted[stack.pk]) if stack.pk in drafted else None,
            }
            for stack in viewable_stacks(user, read.case, read.stack)
        ],
        "may_edit": mine and read.state in OPEN_STATES,
        "due_at": read.due_at if mine else None,
        "first_opinion": first_opinion_of(read),
        "put_away": read.put_away,
        "submitted_at": read.submitted_at,
        "next_read_id": following.pk if following else None,
    }


def first_opinion_of(read: Read) -> str:
    """``due``: the AI is shown once it was given; ``none``: the protocol asks for none."""
    if rules_of(read.protocol_version).ai != AFTER_FIRST or read.purpose not in READ_BY_READERS:
        return "none"
    return "given" if read.ai_shown_at else "due"


def ai_opinion(found: AiOpinion, names: Names) -> dict[str, Any]:
    rows = [annotation(row, names) for row in found.contours if row.parts]
    return {"model": found.model, "numbers": found.numbers, "contours": rows}


def case_of(read: Read, *, mine: bool) -> dict[str, Any]:
    """To its reader a read has the assignment's pseudonym and nothing that two readings of one case
    would share."""
    if mine and read.purpose in READ_BY_READERS:
        return {"id": read.pk, "label": read.alias}
    return {"id": read.case_id, "label": read.case.label}


_STACK_NAMES = (
    *("id", "version", "sequence_kind", "view", "time_axis", "component", "condition"),
    *("n_slices", "n_phases", "thumbnail_url"),
)


def read_stack(stack: Stack, slug: str, names: Names, *, is_read: bool) -> dict[str, Any]:
    """What a reader needs to choose a stack: nothing of who corrected it or why it was so named."""
    summary = stack_summary(stack, slug, names=names)
    return {**{name: summary[name] for name in _STACK_NAMES}, "is_read": is_read}


def draft(info: DraftInfo) -> dict[str, Any]:
    return {
        "state": info.state,
        # a job that is over is of no use to a reader, and its id would tell two readings as one
        "job_id": info.job_id if info.state == "running" else None,
        "model": model_brief(info.model) if info.model else None,
        "flags": [vars(flag) for flag in info.flags],
    }


def annotation(row: Annotation, names: Names = OWN) -> dict[str, Any]:
    return {
        "structure": row.structure,
        "sop_instance_uid": names.uid(row.sop_instance_uid),
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


def world_object(row: Entry, names: Names = OWN) -> dict[str, Any]:
    """A landmark or measurement; ``object`` is null once it was deleted."""
    value = renamed(row.value, names, UID_KEYS, ROW_KEYS)
    return {"object_id": row.name, "version": row.version, "object": value}


def measured(function: dict[str, Any], names: Names) -> dict[str, Any]:
    """The hash of the inputs too is the assignment's own: untouched drafts would have the same."""
    if names.scope is None:
        return function
    return {**function, "inputs_hash": names.tag(function["inputs_hash"])}


def long_axis(found: LongAxisNumbers, names: Names) -> dict[str, Any]:
    return {
        "views": [
            {"stack_id": names.row_id(stack.pk), "view": stack.view, **numbers}
            for stack, numbers in found.views
        ],
        "biplane": found.biplane,
    }


def contents(found: Contents, names: Names = OWN) -> dict[str, Any]:
    """All that a read says; deleted contours stand there without parts, deleted objects without
    content: they have versions too."""
    return {
        "annotations": [annotation(row, names) for row in found.annotations],
        "answers": [answer(row) for row in found.answer_entries],
        "pins": [pin(row) for row in found.pin_entries],
        "objects": [world_object(row, names) for row in found.object_entries],
    }


def op_result(result: OpResult, names: Names) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "op_id": result.op_id,
        "outcome": result.outcome,
        "version": result.version,
        "current": _current(result.current, names),
    }
    if result.code:
        rendered.update(code=result.code, message=result.message)
    return rendered


def _current(row: Annotation | Entry | None, names: Names) -> dict[str, Any] | None:
    if row is None:
        return None
    if isinstance(row, Annotation):
        return annotation(row, names)
    if row.kind == EntryKind.OBJECT:
        return world_object(row, names)
    return answer(row) if row.kind == EntryKind.ANSWER else pin(row)
