"""Taking over what others say, or what was made of it, as revisions of one's own."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.annotations.content import ContourKey, Parts
from portal.annotations.models import Annotation, Entry, EntryKind, Operation, Origin, State
from portal.annotations.objects import is_proposed
from portal.annotations.selectors import contents_of, key_of
from portal.annotations.services.writing import Writer
from portal.reads.models import Read
from portal.reads.services.lifecycle import lock_open_read


@dataclass(frozen=True)
class Wanted:
    """What a contour is to say."""

    parts: Parts
    origin: str = Origin.MANUAL
    state: str = State.EDITED
    model_label: str = ""

    @classmethod
    def as_in(cls, row: Annotation) -> "Wanted":
        return cls(row.parts, row.origin, row.state, row.model_label)


@dataclass(frozen=True)
class Change:
    """The version of a contour before and after; the same where nothing was to do, 0 where there
    was none."""

    before: int
    after: int


def write_contents(
    *,
    target: Read,
    wanted: Mapping[ContourKey, Wanted],
    keys: Collection[ContourKey],
    op_id: str,
    entries: Iterable[Entry] | None = None,
) -> dict[ContourKey, Change] | None:
    """Make ``target`` say of each of ``keys`` what ``wanted`` says, also where that is nothing;
    with ``entries``, answer and pin the same. Returns what became of each key, None for a repeated
    ``op_id``.

    Runs inside the caller's transaction. What was there stays in the revisions."""
    lock_open_read(target)
    if Operation.objects.filter(read=target, op_id=op_id).exists():
        return None
    ours = contents_of(target)
    held = {key_of(row): row for row in ours.annotations}
    writer = Writer(target, author_id=str(target.reader_id))
    changes = {
        key: _write(writer, held.get(key), wanted.get(key), key, op_id) for key in sorted(keys)
    }
    if entries is not None:
        _take_entries(writer, entries, ours.entries, op_id)
    writer.flush()
    Operation.objects.create(read=target, op_id=op_id, resulting_version=0)
    return changes


def _write(
    writer: Writer,
    held: Annotation | None,
    wanted: Wanted | None,
    key: ContourKey,
    op_id: str,
) -> Change:
    before = held.version if held else 0
    said = wanted or Wanted([], held.origin if held else Origin.MANUAL)
    if held is None and not said.parts:
        return Change(0, 0)
    if held and (held.parts, held.origin, held.state) == (said.parts, said.origin, said.state):
        return Change(before, before)
    row = writer.put(
        held,
        key,
        parts=said.parts,
        origin=said.origin,
        state=said.state,
        model_label=said.model_label,
        op_id=op_id,
    )
    return Change(before, row.version)


def _take_entries(writer: Writer, theirs: Iterable[Entry], ours: list[Entry], op_id: str) -> None:
    held = {(row.kind, row.name): row for row in ours}
    # what a model proposed and nobody accepted is nobody's word
    wanted = {(row.kind, row.name): row.value for row in theirs if not is_proposed(row.value)}
    for kind, name in sorted(held.keys() | wanted.keys()):
        current, value = held.get((kind, name)), wanted.get((kind, name))
        if (current.value if current else None) != value:
            writer.put_entry(current, EntryKind(kind), name, value=value, op_id=op_id)
