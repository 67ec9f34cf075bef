"""Keeping results up to date: what has no result under its present hash is computed, nothing else.

Two people at once compute the same; the constraint keeps one row, and both were right.
"""

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cmrkit.contracts import StackMeta
from portal.agreement.cohort.comparing import compare_sides
from portal.agreement.cohort.pairing import CaseReads, Pair, facts_hash_of
from portal.agreement.cohort.sides import Side, load_side, load_stacks
from portal.agreement.models import PairResult, ReadFacts
from portal.reads.models import Read


class Due:
    """What a case still lacks."""

    def __init__(
        self, case: CaseReads, facts: dict[UUID, str], kept: dict[tuple[UUID, UUID], str]
    ) -> None:
        self.case_id = case.case_id
        self.reads = [read for read in case.every if facts.get(read.pk) != facts_hash_of(read)]
        self.pairs = [
            pair for pair in case.pairs() if kept.get((pair.a.pk, pair.b.pk)) != pair.inputs_hash
        ]

    def __bool__(self) -> bool:
        return bool(self.reads or self.pairs)


def due(cases: Iterable[CaseReads]) -> list[Due]:
    """Cases that lack something, from two queries for all of them."""
    cases = list(cases)
    ids = {case.case_id for case in cases}
    facts = dict(_few(ReadFacts.objects.all(), "read__case_id", ids, "read_id", "inputs_hash"))
    columns = ("read_a_id", "read_b_id", "inputs_hash")
    kept = {
        (a, b): found
        for a, b, found in _few(PairResult.objects.all(), "read_a__case_id", ids, *columns)
    }
    return [row for case in cases if (row := Due(case, facts, kept))]


def _few(rows: Any, field: str, ids: set[UUID], *columns: str) -> Iterable[Any]:
    """Rows of those cases; a long list of ids would be refused by SQLite."""
    listed = sorted(ids)
    for start in range(0, len(listed), 500):
        yield from rows.filter(**{f"{field}__in": listed[start : start + 500]}).values_list(
            *columns
        )


def keep(rows: list[Due], *, seconds: float | None = None) -> int:
    """Compute what is due, case by case, until the time is up; at least one case. Returns how many
    pairs and reads are still due."""
    until = None if seconds is None else time.monotonic() + seconds
    for i, row in enumerate(rows):
        if i and until is not None and time.monotonic() > until:
            return sum(max(len(left.pairs), len(left.reads)) for left in rows[i:])
        keep_case(row)
    return 0


def keep_case(row: Due) -> None:
    """One case: each of its reads is loaded and rasterised once, however many it is set against."""
    load_stacks([*row.reads, *(read for pair in row.pairs for read in (pair.a, pair.b))])
    sides: dict[UUID, Side] = {}
    metas: dict[UUID, StackMeta] = {}

    def side(read: Read) -> Side:
        if read.pk not in sides:
            if read.stack_id not in metas:
                metas[read.stack_id] = StackMeta.from_json(read.stack.meta)
            sides[read.pk] = load_side(read, metas[read.stack_id])
        return sides[read.pk]

    facts = [
        ReadFacts(read=read, inputs_hash=facts_hash_of(read), values=side(read).facts)
        for read in row.reads
    ]
    results = [_result(pair, side(pair.a), side(pair.b)) for pair in row.pairs]
    ReadFacts.objects.bulk_create(
        facts,
        update_conflicts=True,
        unique_fields=["read"],
        update_fields=["inputs_hash", "values"],
    )
    PairResult.objects.bulk_create(
        results,
        update_conflicts=True,
        unique_fields=["read_a", "read_b"],
        update_fields=["inputs_hash", "summary", "frames"],
    )


def _result(pair: Pair, a: Side, b: Side) -> PairResult:
    summary, frames = compare_sides(a, b)
    return PairResult(
        read_a=pair.a,
        read_b=pair.b,
        inputs_hash=pair.inputs_hash,
        summary=summary,
        frames=frames,
    )
