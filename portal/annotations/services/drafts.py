"""The AI's drafts: its own read, and copies of it in the reads that may see AI."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cmrkit.contracts import StackLabels
from cmrkit.volumes.landmarks import Landmark
from portal.accounts.models import User
from portal.annotations.content import ContourKey, Parts, frame_positions
from portal.annotations.models import Annotation, Origin, State
from portal.annotations.selectors import key_of
from portal.annotations.services.proposals import proposals_of, proposed_in, put_proposals
from portal.annotations.services.writing import Writer
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.protocols.services.protocols import freeze
from portal.reads.beside import stacks_beside, structures_beside
from portal.reads.blinding import OPEN_STATES, get_visible_read
from portal.reads.models import READ_BY_READERS, Read, Reader, ReadPurpose, ReadState
from portal.reads.selectors import version_for_case
from portal.reads.services.lifecycle import lock_open_read


class DraftModel(Protocol):
    """What a draft needs to know of a model version, which lives in an app above this one."""

    name: str
    version: str

    @property
    def reader(self) -> Reader: ...


@transaction.atomic
def store_draft(
    *,
    case: Case,
    stack: Stack,
    model_version: DraftModel,
    labels: StackLabels,
    by_job: UUID | str,
    landmarks: Sequence[Landmark] = (),
) -> list[UUID]:
    """Keep a model's labels as its own read, then copy them into every open read of the case
    that may see AI and is on that stack, or draws on it beside its own, wherever no person has
    worked yet. Returns the ids of the reads touched. ``landmarks`` become proposals in reads whose
    protocol asks for them.

    Call it before any audit row of the same transaction: the chain's lock is the last to take."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    draft = _draft_read(case, stack, model_version.reader)
    label = f"{model_version.name} {model_version.version}"
    wanted = _by_key(stack, labels)
    open_reads = list(
        Read.objects.select_for_update(of=("self",), no_key=True)
        .select_related("protocol_version", "case__project")
        .filter(
            Q(protocol_version__ai_visible=True) | Q(ai_shown_at__isnull=False),
            case=case,
            purpose__in=[ReadPurpose.READING, ReadPurpose.TRAINING],
            state__in=OPEN_STATES,
        )
        .order_by("pk")
    )
    written = _write_auto(
        draft,
        wanted,
        proposals_of(stack, landmarks, model_label=label),
        author=model_version.reader,
        label=label,
        op_id=str(by_job),
        stack=stack,
    )
    record_in_project(
        project_id=case.project_id,
        by=None,
        action="draft.stored",
        target_type="read",
        target_id=draft.pk,
        details={"case": str(case.pk), "contours": written, "job": str(by_job)},
    )
    return [read.pk for read in open_reads if apply_draft(read=read, draft=draft)]


def newest_draft(case: Case, stack: Stack) -> Read | None:
    """The latest draft of a case on that stack version."""
    return (
        Read.objects.filter(case=case, stack=stack, purpose=ReadPurpose.DRAFT)
        .order_by("-submitted_at")
        .first()
    )


def newest_drafts(read: Read) -> list[Read]:
    """The latest draft of each stack that the read draws on: of its own first."""
    stacks = [read.stack, *(beside.stack for beside in stacks_beside(read))]
    found = [newest_draft(read.case, stack) for stack in stacks]
    return [draft for draft in found if draft is not None]


def copy_newest_draft(read: Read) -> None:
    """Hook: a read that may see AI starts with the drafts' revisions copied in. The assignment's
    own audit row tells of it."""
    if read.sees_ai:
        for draft in newest_drafts(read):
            _copy(read, draft)


def open_read(user: User, read_id: UUID) -> Read:
    """The read whose contents the person may see. A read of a big plan gets its draft when its
    reader opens it for the first time, not when thousands are planned at once."""
    read = get_visible_read(user, read_id)
    mine = read.reader.user_id == user.pk and read.purpose in READ_BY_READERS
    if not mine or not read.sees_ai or read.draft_source_id or read.state not in OPEN_STATES:
        return read
    written = [apply_draft(read=read, draft=draft) for draft in newest_drafts(read)]
    return get_visible_read(user, read_id) if any(written) else read


@transaction.atomic
def apply_draft(*, read: Read, draft: Read) -> bool:
    """Copy the draft into an open read that draws on its stack: origin AI, state auto. Whatever a
    person has accepted, edited or drawn stays. Returns whether anything was copied."""
    if not read.sees_ai:
        return False
    if read.stack_id != draft.stack_id and structures_beside(read, draft.stack) is None:
        return False
    lock_open_read(read)
    written = _copy(read, draft)
    if written:
        record_in_project(
            project_id=read.case.project_id,
            by=None,
            action="draft.copied",
            target_type="read",
            target_id=read.pk,
            details={"draft": str(draft.pk), "contours": written},
        )
    return written > 0


def _copy(read: Read, draft: Read) -> int:
    """The draft's contents into a read that is locked or not yet seen by anyone."""
    rows = list(Annotation.objects.filter(read=draft))
    wanted = {key_of(row): row.parts for row in rows if row.parts}
    label = next((row.model_label for row in rows), "")
    if read.stack_id == draft.stack_id:
        Read.objects.filter(pk=read.pk).update(draft_source=draft)
    else:
        asked = structures_beside(read, draft.stack) or ()
        wanted = {key: parts for key, parts in wanted.items() if key.structure in asked}
    return _write_auto(
        read,
        wanted,
        proposed_in(draft),
        author=draft.reader,
        label=label,
        op_id=str(draft.pk),
        stack=draft.stack,
    )


def _draft_read(case: Case, stack: Stack, reader: Reader) -> Read:
    """The model's own read on that stack version; made on first use, dated anew each time."""
    version = version_for_case(case)
    now = timezone.now()
    same_model = Read.objects.filter(
        case=case, protocol_version=version, reader=reader, purpose=ReadPurpose.DRAFT
    )
    found = same_model.filter(stack=stack).first()
    if found is not None:
        Read.objects.filter(pk=found.pk).update(submitted_at=now)
        return found
    freeze(version)
    return Read.objects.create(
        case=case,
        protocol_version=version,
        reader=reader,
        repeat=same_model.count(),
        purpose=ReadPurpose.DRAFT,
        stack=stack,
        state=ReadState.SUBMITTED,
        started_at=now,
        submitted_at=now,
    )


def _by_key(stack: Stack, labels: StackLabels) -> dict[ContourKey, Parts]:
    """Labels by stored frame; frames that the stack doesn't have are refused by IndexError."""
    found: dict[ContourKey, Parts] = {}
    for frame in labels.frames:
        address = stack.addresses[frame.slice_index][frame.phase_index]
        if address is None:
            continue
        for structure, parts in frame.structures.items():
            if parts:
                key = ContourKey(structure, address[1], int(address[2]))
                found[key] = [[[x, y] for x, y in part] for part in parts]
    return found


def _write_auto(
    read: Read,
    wanted: dict[ContourKey, Parts],
    proposals: Sequence[dict[str, Any]],
    *,
    author: Reader,
    label: str,
    op_id: str,
    stack: Stack,
) -> int:
    """Make the untouched annotations of a read on that stack say what ``wanted`` says, and its
    untouched landmarks what ``proposals`` say."""
    frames = frame_positions(stack.addresses)
    rows = {key_of(row): row for row in Annotation.objects.filter(read=read)}
    held = {key: row for key, row in rows.items() if key.frame in frames}
    writer = Writer(read, author_id=str(author.pk))
    for key in sorted(wanted.keys() | held.keys()):
        current, parts = held.get(key), wanted.get(key, [])
        if current is not None and (
            current.state != State.AUTO
            or (current.parts == parts and (current.model_label == label or not parts))
        ):
            continue
        writer.put(
            current,
            key,
            parts=parts,
            origin=Origin.AI,
            state=State.AUTO,
            model_label=label,
            op_id=op_id,
        )
    put_proposals(writer, proposals, op_id=op_id, stack=stack)
    return writer.flush()
