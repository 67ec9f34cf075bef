"""What lies behind a point: the contours of both reads, and where they differ in ml."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cmrkit.agreement import Reading, compare_frames
from cmrkit.contracts import StackMeta
from portal.accounts.models import User
from portal.agreement.cohort.comparing import phases_compared
from portal.agreement.cohort.pairing import CaseReads, Pair, by_case
from portal.agreement.cohort.rows import Ground, Query, ground_of
from portal.agreement.cohort.sides import NUMBERS, Side, load_side, load_stacks
from portal.annotations.models import Annotation, State
from portal.annotations.selectors import contents_of
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.protocols.models import ProtocolVersion
from portal.reads.blinding import comparable_reads
from portal.reads.models import Read, ReadPurpose


@dataclass(frozen=True)
class Compared:
    """One side of the pair. ``annotations``: what counts as the reader's own."""

    key: str
    label: str
    annotations: list[Annotation]
    ed_phase: int | None
    es_phase: int | None
    numbers: dict[str, float | None]


@dataclass(frozen=True)
class Behind:
    """A point's two reads of one case. ``differences``: every structure on every slice at ED and
    ES, each read at its own phase; ml of each disc and of b - a, Dice, HD95 in mm."""

    case_id: UUID
    case: str
    stack_id: UUID
    version: ProtocolVersion
    sides: tuple[Compared, Compared]
    differences: list[dict[str, Any]]
    spacing_assumed: bool


def behind(
    user: User, project: Project, query: Query, *, case_id: UUID, readers: tuple[str, str] | None
) -> Behind:
    """The pair of that kind, case and readers (keys of first and second); without ``readers`` the
    first of the case. NotFound where there is none to see; NotAllowed without the permission."""
    ground = ground_of(user, project, query)
    pair = _pair(user, ground, query, case_id, readers)
    load_stacks([pair.a, pair.b])
    meta = StackMeta.from_json(pair.a.stack.meta)
    a, b = (load_side(read, meta) for read in (pair.a, pair.b))
    return Behind(
        case_id=case_id,
        case=pair.a.case.label,
        stack_id=pair.a.stack_id,
        version=pair.b.protocol_version,
        sides=(
            _compared("a", ground, pair.a, a),
            _compared("b", ground, pair.b, b),
        ),
        differences=_differences(a, b),
        spacing_assumed=a.facts["spacing_assumed"] or b.facts["spacing_assumed"],
    )


def _pair(
    user: User, ground: Ground, query: Query, case_id: UUID, readers: tuple[str, str] | None
) -> Pair:
    open_ones = set(comparable_reads(user).filter(case_id=case_id).values_list("pk", flat=True))
    reads = [
        read
        for read in ground.reads
        if read.pk in open_ones and read.protocol_version.protocol_id == _id_of(ground)
    ]
    cases: list[CaseReads] = by_case(reads)
    for pair in (pair for case in cases for pair in case.pairs()):
        keys = (ground.names.key(pair.a), ground.names.key(pair.b))
        if pair.kind == query.comparison and readers in (None, keys):
            return pair
    raise NotFound()


def _id_of(ground: Ground) -> UUID | None:
    return None if ground.protocol is None else ground.protocol.pk


def _compared(key: str, ground: Ground, read: Read, side: Side) -> Compared:
    draft = read.purpose == ReadPurpose.DRAFT
    return Compared(
        key=key,
        label=ground.names.labels[ground.names.key(read)],
        annotations=[
            row
            for row in contents_of(read).annotations
            if row.parts and (draft or row.state != State.AUTO)
        ],
        ed_phase=side.facts["ed_phase"],
        es_phase=side.facts["es_phase"],
        numbers={name: side.facts["numbers"][name] for name, *_ in NUMBERS},
    )


def _differences(a: Side, b: Side) -> list[dict[str, Any]]:
    """The largest first, whichever reading has more."""
    if not (a.facts["assessable"] and b.facts["assessable"]):
        return []
    phases = [row for row in phases_compared(a, b) if row[0] in ("ED", "ES")]
    wanted = frozenset(p for _, *both in phases for p in both)
    discs_a, discs_b = a.discs(wanted), b.discs(wanted)
    found: dict[tuple[str, int, str], dict[str, Any]] = {}
    for name, phase_a, phase_b in phases:
        here = {(c, s) for c, s, p in discs_a if p == phase_a}
        there = {(c, s) for c, s, p in discs_b if p == phase_b}
        for code, s in here | there:
            one, two = discs_a.get((code, s, phase_a)), discs_b.get((code, s, phase_b))
            found[code, s, name] = {
                "structure": code,
                "slice": s,
                "phase": name,
                "phase_a": phase_a,
                "phase_b": phase_b,
                "a_ml": one,
                "b_ml": two,
                "difference_ml": (two or 0.0) - (one or 0.0),
                "dice": None,
                "hd95_mm": None,
            }
    _add_overlaps(found, a.reading, b.reading, phases)
    return sorted(
        found.values(),
        key=lambda r: (-abs(r["difference_ml"]), r["phase"], r["structure"], r["slice"]),
    )


def _add_overlaps(
    found: dict[tuple[str, int, str], dict[str, Any]],
    a: Reading,
    b: Reading,
    phases: list[tuple[str, int, int]],
) -> None:
    codes = sorted({code for code, _, _ in found})
    for frame in compare_frames(a, b, phases, codes):
        row = found.get((frame.structure, frame.slice_index, frame.phase))
        if row is not None:
            row["dice"] = frame.dice
            row["hd95_mm"] = None if frame.distances is None else frame.distances.hd95_mm
