"""Taking over what another read says, as revisions of one's own."""

from collections.abc import Collection

from portal.annotations.content import ContourKey, FrameKey
from portal.annotations.models import Annotation, Entry, EntryKind, Operation, State
from portal.annotations.selectors import contents_of, key_of
from portal.annotations.services.writing import Writer
from portal.reads.models import Read
from portal.reads.services.lifecycle import lock_open_read


def take_contents(
    *,
    target: Read,
    source: Read,
    op_id: str,
    frames: Collection[FrameKey] | None,
    structures: Collection[str] | None,
    with_entries: bool,
) -> int | None:
    """Make ``target`` say what ``source`` says on those frames and structures (None means all),
    also where that is nothing. Returns the number of revisions, None for a repeated ``op_id``.

    Runs inside the caller's transaction. What was there stays in the revisions."""
    lock_open_read(target)
    if Operation.objects.filter(read=target, op_id=op_id).exists():
        return None
    theirs, ours = contents_of(source), contents_of(target)

    def chosen(key: ContourKey) -> bool:
        return (frames is None or key.frame in frames) and (
            structures is None or key.structure in structures
        )

    wanted = {key_of(row): row for row in theirs.annotations if chosen(key_of(row))}
    held = {key_of(row): row for row in ours.annotations if chosen(key_of(row))}
    writer = Writer(target, author_id=str(target.reader_id))
    for key in sorted(wanted.keys() | held.keys()):
        _take_contour(writer, held.get(key), wanted.get(key), key, op_id, frames is not None)
    if with_entries:
        _take_entries(writer, theirs.entries, ours.entries, op_id)
    written = writer.flush()
    Operation.objects.create(read=target, op_id=op_id, resulting_version=0)
    return written


def _take_contour(
    writer: Writer,
    held: Annotation | None,
    wanted: Annotation | None,
    key: ContourKey,
    op_id: str,
    named: bool,
) -> None:
    """Taking a frame by name settles its contours; taking all leaves unsettled ones unsettled."""
    parts = wanted.parts if wanted else []
    if held is None and not parts:
        return
    origin = wanted.origin if wanted else (held.origin if held else "")
    state = wanted.state if wanted else State.EDITED
    if named and state == State.AUTO:
        state = State.ACCEPTED
    label = wanted.model_label if wanted else ""
    if held and (held.parts, held.origin, held.state) == (parts, origin, state):
        return
    writer.put(held, key, parts=parts, origin=origin, state=state, model_label=label, op_id=op_id)


def _take_entries(writer: Writer, theirs: list[Entry], ours: list[Entry], op_id: str) -> None:
    held = {(row.kind, row.name): row for row in ours}
    wanted = {(row.kind, row.name): row.value for row in theirs}
    for kind, name in sorted(held.keys() | wanted.keys()):
        current, value = held.get((kind, name)), wanted.get((kind, name))
        if (current.value if current else None) != value:
            writer.put_entry(current, EntryKind(kind), name, value=value, op_id=op_id)
