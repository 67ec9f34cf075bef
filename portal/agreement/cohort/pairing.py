"""Which reads are set against each other, and what for. Pure but for the rows it is given."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cmrkit.agreement import STATISTICS_VERSION
from portal.core.hashing import digest
from portal.measurements.compute import CODE_VERSION as MEASURED_BY
from portal.reads.models import Read, ReadPurpose

FACTS_VERSION = "facts-2"  # 2: with landmarks


class Kind(StrEnum):
    """What is compared. The difference is always second - first."""

    INTER = "inter"  # two people, in a fixed order of readers
    INTRA = "intra"  # one person: the reading, then the hidden duplicate
    AI = "ai"  # the AI's draft, then a reading
    REFERENCE = "reference"  # the signed reference, then a reading
    AI_REFERENCE = "ai_reference"  # the signed reference, then the AI's draft


TITLES = {
    Kind.INTER: "Between readers",
    Kind.INTRA: "Same reader twice",
    Kind.AI: "Reader and AI",
    Kind.REFERENCE: "Reader and reference",
    Kind.AI_REFERENCE: "AI and reference",
}


@dataclass(frozen=True)
class Pair:
    kind: Kind
    a: Read
    b: Read

    @property
    def inputs_hash(self) -> str:
        return digest([hash_of(self.a), hash_of(self.b)])


@dataclass(frozen=True)
class CaseReads:
    """A case's reads that count, on one stack version."""

    case_id: UUID
    readings: list[Read]  # one per person, in a fixed order
    repeats: list[tuple[Read, Read]]  # a person's first reading and each duplicate
    draft: Read | None
    reference: Read | None

    @property
    def every(self) -> list[Read]:
        return [
            *self.readings,
            *(second for _, second in self.repeats),
            *(read for read in (self.draft, self.reference) if read is not None),
        ]

    def pairs(self) -> list[Pair]:
        ours = self.readings
        found = [Pair(Kind.INTER, a, b) for i, a in enumerate(ours) for b in ours[i + 1 :]] + [
            Pair(Kind.INTRA, a, b) for a, b in self.repeats
        ]
        if self.draft is not None:
            found += [Pair(Kind.AI, self.draft, b) for b in ours]
        if self.reference is not None:
            found += [Pair(Kind.REFERENCE, self.reference, b) for b in ours]
            if self.draft is not None:
                found.append(Pair(Kind.AI_REFERENCE, self.reference, self.draft))
        return found


def hash_of(read: Read) -> str:
    """Covers what a submitted read says, and the code that reads it. A draft has no digest of its
    own: it is dated anew each time that one is stored."""
    said = read.submitted_digest or str(read.submitted_at)
    return digest([str(read.pk), said, str(read.stack_id), STATISTICS_VERSION, MEASURED_BY])


def facts_hash_of(read: Read) -> str:
    """As ``hash_of``, and the form of ``ReadFacts``: a new one asks for no contours again."""
    return digest([hash_of(read), FACTS_VERSION])


def by_case(reads: Iterable[Read]) -> list[CaseReads]:
    """Submitted reads of any purpose, grouped. What is on another stack version than the case's
    readings can't be compared with them and is left out."""
    groups: dict[UUID, list[Read]] = defaultdict(list)
    for read in reads:
        groups[read.case_id].append(read)
    return [_grouped(case_id, rows) for case_id, rows in groups.items()]


def _grouped(case_id: UUID, rows: list[Read]) -> CaseReads:
    def of(purpose: ReadPurpose) -> list[Read]:
        return [row for row in rows if row.purpose == purpose]

    ordered = sorted(of(ReadPurpose.READING), key=lambda r: (r.repeat, str(r.pk)))
    firsts: dict[UUID, Read] = {}
    for row in ordered:
        if not row.duplicate:
            firsts.setdefault(row.reader_id, row)
    repeats = [
        (firsts[row.reader_id], row)
        for row in ordered
        if row.duplicate
        and row.reader_id in firsts  # a second reading alone is no first one
        and firsts[row.reader_id].stack_id == row.stack_id
    ]
    stack_id = next(iter(firsts.values())).stack_id if firsts else None
    return CaseReads(
        case_id=case_id,
        readings=[
            firsts[key] for key in sorted(firsts, key=str) if firsts[key].stack_id == stack_id
        ],
        repeats=repeats,
        draft=_newest(of(ReadPurpose.DRAFT), stack_id),
        reference=_newest(of(ReadPurpose.ADJUDICATION), stack_id),
    )


def _newest(rows: list[Read], stack_id: UUID | None) -> Read | None:
    fitting = [row for row in rows if row.stack_id == stack_id]
    return max(fitting, key=lambda r: (str(r.submitted_at), str(r.pk)), default=None)
