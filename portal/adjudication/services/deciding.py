"""Deciding cells (structure × frame) or the whole case, and taking decisions back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.errors import DecisionGone, DecisionStale
from portal.adjudication.merging import cells_of, wanted_from
from portal.adjudication.models import MERGES, MINE, Adjudication, Decision, DecisionReason
from portal.adjudication.readings import Reading, decisive_phases
from portal.adjudication.selectors import readings_of
from portal.adjudication.services.recording import cell_of, keep_decisions
from portal.adjudication.services.settling import own_open_read
from portal.annotations.content import ContourKey, FrameKey, frame_positions
from portal.annotations.models import Annotation, Operation, Revision, State
from portal.annotations.selectors import contents_of, key_of
from portal.annotations.services.copying import Change, Wanted, write_contents
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.protocols.selectors import rules_of
from portal.reads.convening import check_save
from portal.reads.models import Read
from portal.reads.services.lifecycle import lock_open_read

MAX_NOTE = 300


@dataclass(frozen=True)
class Choice:
    """``source``: a reading's key, majority, staple, or mine (the own contour stands). ``frames``
    and ``structures``: None means all; all frames and structures of a reading bring its answers
    and pins along. ``seen``: versions of own contours that the person looked at."""

    source: str
    reason: str
    note: str = ""
    frames: Collection[FrameKey] | None = None
    structures: Collection[str] | None = None
    seen: Mapping[ContourKey, int] = field(default_factory=dict)


@transaction.atomic
def decide(*, by: User, adjudication: Adjudication, op_id: str, choice: Choice) -> Read:
    """Write what was chosen into the adjudicator's read and keep the decisions. A repeated
    ``op_id`` changes nothing."""
    read = own_open_read(by, adjudication)
    check_save(by, read)
    readings = readings_of(adjudication)
    _check(choice, read, readings)
    lock_open_read(read)
    if Operation.objects.filter(read=read, op_id=op_id).exists():
        return read
    own = {key_of(row): row for row in contents_of(read).annotations}
    _check_versions(choice.seen, own)
    keys = _keys(choice, read, readings, own)
    wanted = _wanted(choice, readings, keys, own, read)
    whole = choice.frames is None and choice.structures is None
    entries = None
    if whole and choice.source not in (*MERGES, MINE):
        (taken,) = (r for r in readings if r.key == choice.source)
        entries = taken.contents.entries if taken.has_answers else None
    changes = write_contents(target=read, wanted=wanted, keys=keys, op_id=op_id, entries=entries)
    assert changes is not None  # looked up under the same lock
    kept = _decided(choice, changes, read, readings)
    keep_decisions(
        by=by,
        adjudication=adjudication,
        changes=kept,
        source=choice.source,
        reason=choice.reason,
        note=choice.note.strip(),
        op_id=op_id,
    )
    _record(
        by,
        adjudication,
        "adjudication.decided",
        source=choice.source,
        reason=choice.reason,
        cells=len(kept),
        revisions=sum(change.before != change.after for change in changes.values()),
    )
    return read


@transaction.atomic
def undo(
    *, by: User, adjudication: Adjudication, op_id: str, decisions: Sequence[tuple[UUID, int]]
) -> Read:
    """Take decisions back: each contour says again what it said before, as a new revision, and the
    decision before stands again. ``decisions``: ids with the contour's version on the screen.
    Answers that came along stay."""
    read = own_open_read(by, adjudication)
    check_save(by, read)
    lock_open_read(read)
    if Operation.objects.filter(read=read, op_id=op_id).exists():
        return read
    rows = {
        row.pk: row
        for row in Decision.objects.select_related("replaces").filter(
            adjudication=adjudication, stands=True, pk__in=[pk for pk, _ in decisions]
        )
    }
    if not decisions or len(rows) != len({pk for pk, _ in decisions}):
        raise DecisionGone()
    own = {key_of(row): row for row in contents_of(read).annotations}
    _check_versions({cell_of(rows[pk]): version for pk, version in decisions}, own)
    changed = {cell_of(row): row for row in rows.values() if row.before != row.after}
    changes = write_contents(
        target=read,
        wanted={key: _content_before(own[key], row) for key, row in changed.items()},
        keys=changed.keys(),
        op_id=op_id,
    )
    assert changes is not None  # looked up under the same lock
    Decision.objects.filter(pk__in=rows).update(stands=False, undone_at=timezone.now())
    for row in rows.values():
        _bring_back(row, changes.get(cell_of(row)))
    _record(by, adjudication, "adjudication.undone", cells=len(rows))
    return read


def _bring_back(undone: Decision, change: Change | None) -> None:
    """The decision before stands again; where the contour is as that one left it, its version is
    the one that undoing wrote."""
    before = undone.replaces
    if before is None or before.undone_at is not None:
        return
    before.stands = True
    if change is not None and before.after == undone.before:
        before.after = change.after
    before.save(update_fields=["stands", "after"])


def _check(choice: Choice, read: Read, readings: list[Reading]) -> None:
    sources = [*(r.key for r in readings), *MERGES, MINE]
    problems: dict[str, list[str]] = {}
    if choice.source not in sources:
        problems["source"] = [f"One of {', '.join(sources)}."]
    if choice.reason not in DecisionReason.values:
        problems["reason"] = [f"One of {', '.join(DecisionReason.values)}."]
    if len(choice.note) > MAX_NOTE:
        problems["note"] = [f"At most {MAX_NOTE} letters."]
    elif choice.reason == DecisionReason.OTHER and not choice.note.strip():
        problems["note"] = ["Say which other reason."]
    known = frame_positions(read.stack.addresses)
    if choice.frames is not None and not set(choice.frames) <= known.keys():
        problems["frames"] = ["The stack of this case has no such frame."]
    asked = set(rules_of(read.protocol_version).measured_structures)
    if choice.structures is not None and not set(choice.structures) <= asked:
        problems["structures"] = [f"Of {', '.join(sorted(asked))}."]
    if problems:
        raise InvalidInput(None, **problems)


def _check_versions(seen: Mapping[ContourKey, int], own: Mapping[ContourKey, Annotation]) -> None:
    stale = [
        {**key._asdict(), "named": version, "held": own[key].version if key in own else 0}
        for key, version in sorted(seen.items())
        if version != (own[key].version if key in own else 0)
    ]
    if stale:
        raise DecisionStale(stale=stale)


def _keys(
    choice: Choice,
    read: Read,
    readings: list[Reading],
    own: Mapping[ContourKey, Annotation],
) -> set[ContourKey]:
    """The cells that the choice is about."""
    if choice.frames is not None:  # named frames are decided also where nobody drew anything
        structures = choice.structures or rules_of(read.protocol_version).measured_structures
        return {ContourKey(code, *frame) for code in structures for frame in choice.frames}
    positions = frame_positions(read.stack.addresses)
    keys = {key for reading in readings for key in cells_of(reading)} | set(own)
    if choice.source in (*MERGES, MINE):  # what lies between ED and ES is nobody's to decide
        phases = decisive_phases(readings)
        keys = {key for key in keys if positions[key.frame][1] in phases}
    return {key for key in keys if choice.structures is None or key.structure in choice.structures}


def _wanted(
    choice: Choice,
    readings: list[Reading],
    keys: set[ContourKey],
    own: Mapping[ContourKey, Annotation],
    read: Read,
) -> dict[ContourKey, Wanted]:
    if choice.source == MINE:
        found = {key: Wanted.as_in(own[key]) for key in keys if key in own}
    else:
        found = wanted_from(choice.source, readings, keys, read.stack)
    if choice.frames is None and choice.source != MINE:
        return found  # taking all leaves unsettled contours unsettled
    return {key: _settled(said) for key, said in found.items()}


def _settled(said: Wanted) -> Wanted:
    """Whoever decides a cell by name has looked at it."""
    if said.state != State.AUTO:
        return said
    return Wanted(said.parts, said.origin, State.ACCEPTED, said.model_label)


def _decided(
    choice: Choice, changes: Mapping[ContourKey, Change], read: Read, readings: list[Reading]
) -> dict[ContourKey, Change]:
    """Of the whole case the cells at ED and ES: nothing else goes into the reference."""
    if choice.frames is not None:
        return dict(changes)
    phases = decisive_phases(readings)
    positions = frame_positions(read.stack.addresses)
    return {key: c for key, c in changes.items() if positions[key.frame][1] in phases}


def _content_before(row: Annotation, decision: Decision) -> Wanted:
    if decision.before == 0:
        return Wanted([])
    then = Revision.objects.get(annotation=row, version=decision.before)
    return Wanted(then.parts, then.origin, then.state, then.model_label)


def _record(by: User, adjudication: Adjudication, action: str, **details: Any) -> None:
    record_in_project(
        project_id=adjudication.case.project_id,
        by=by,
        action=action,
        target_type="adjudication",
        target_id=adjudication.pk,
        details=details,
    )
