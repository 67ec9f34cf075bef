"""Who reads which case, in which order, and which cases a reader gets twice. Pure and seeded: the
same cases, people and seed give the same plan on any machine.

Each case goes to the people who lie furthest behind their fair share. A person's share is what
evens out the work that is open for them already; they lie behind in the whole plan and in the
stratum of the case. Work weighs more, so that whoever can't read one stratum makes up for it in
others; where nobody is kept from a case, both come out even.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.core.hashing import digest

NO_STRATUM = ""
WORK_WEIGHS = 4.0  # against 1 for the stratum


@dataclass(frozen=True)
class PlanCase:
    """``needed``: reads that the case still lacks. ``closed_to``: people who must not get it, with
    the code that says why."""

    id: str
    label: str
    stratum: str
    needed: int
    closed_to: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanReader:
    """``load``: reads that are open for this person; ``last_position``: the end of their list."""

    id: str
    load: int = 0
    last_position: int = 0


@dataclass(frozen=True)
class Ask:
    """``order`` is random or listed; ``by_stratum`` spreads the strata over each list."""

    seed: str
    order: str = "random"
    by_stratum: bool = False
    duplicates_share: float = 0.0


@dataclass(frozen=True)
class PlannedRead:
    case_id: str
    reader_id: str
    position: int
    duplicate: bool = False


@dataclass(frozen=True)
class Short:
    """A case that gets fewer reads than it lacks; ``codes`` say why people were closed to it."""

    case_id: str
    missing: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    reads: tuple[PlannedRead, ...]
    short: tuple[Short, ...]

    @property
    def digest(self) -> str:
        rows = [[r.case_id, r.reader_id, r.position, r.duplicate] for r in self.reads]
        return digest(rows)


def make_plan(cases: Sequence[PlanCase], readers: Sequence[PlanReader], ask: Ask) -> Plan:
    """Cases and readers may come in any order: they are sorted first."""
    cases = sorted(cases, key=lambda c: c.id)
    readers = sorted(readers, key=lambda r: r.id)
    given, short = _share_out(cases, readers, ask)
    by_id = {case.id: case for case in cases}
    reads: list[PlannedRead] = []
    for reader in readers:
        own = [by_id[case_id] for case_id in given[reader.id]]
        reads += _list_of(reader, own, ask)
    return Plan(tuple(reads), tuple(short))


def fair_shares(loads: Sequence[int], total: int) -> list[float]:
    """How many of ``total`` new reads each person gets, so that open work is as even as it can be:
    those with least are filled up first."""
    if not loads:
        return []
    level, left = 0.0, float(total)
    ordered = sorted(loads)
    for n, load in enumerate(ordered, start=1):
        above = ordered[n] if n < len(ordered) else None
        level = load + left / n
        if above is None or level <= above:
            break
        left -= (above - load) * n
    return [max(level - load, 0.0) for load in loads]


def _share_out(
    cases: Sequence[PlanCase], readers: Sequence[PlanReader], ask: Ask
) -> tuple[dict[str, list[str]], list[Short]]:
    rng = _rng(ask, "share")
    total = sum(case.needed for case in cases)
    shares = fair_shares([reader.load for reader in readers], total)
    part = {r.id: share / total if total else 0.0 for r, share in zip(readers, shares, strict=True)}
    # reads given minus what would be fair so far: over the plan, and within each stratum
    ahead: dict[str, float] = dict.fromkeys(part, 0.0)
    ahead_in: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(part, 0.0))
    given: dict[str, list[str]] = {reader.id: [] for reader in readers}
    short: list[Short] = []
    # hardest first: who may read few cases must not find them given away
    line = list(cases)
    rng.shuffle(line)
    line.sort(key=lambda case: -len(case.closed_to))
    for case in line:
        within = ahead_in[case.stratum]
        free = [
            (WORK_WEIGHS * ahead[r] + within[r], rng.random(), r)
            for r in part
            if r not in case.closed_to
        ]
        chosen = [r for _, _, r in sorted(free)[: case.needed]]
        for r in chosen:
            given[r].append(case.id)
            ahead[r] += 1
            within[r] += 1
        among = sum(part[r] for _, _, r in free) or 1.0
        for r, share in part.items():
            ahead[r] -= share * len(chosen)
            if r not in case.closed_to:
                within[r] -= share / among * len(chosen)
        if len(chosen) < case.needed:
            codes = tuple(sorted(set(case.closed_to.values())))
            short.append(Short(case.id, case.needed - len(chosen), codes))
    return given, short


def _list_of(reader: PlanReader, own: Sequence[PlanCase], ask: Ask) -> list[PlannedRead]:
    """One person's reads in their order, second readings among them at random places."""
    rng = _rng(ask, f"order {reader.id}")
    line = ordered(own, rng, ask)
    twice = sample_evenly(own, round(ask.duplicates_share * len(own)), rng)
    places = {case.id: reader.last_position + 1 + n for n, case in enumerate(line)}
    reads = [PlannedRead(case.id, reader.id, places[case.id]) for case in line]
    first, last = reader.last_position + 1, reader.last_position + max(len(line), 1)
    reads += [
        PlannedRead(case.id, reader.id, rng.randint(first, last), duplicate=True) for case in twice
    ]
    return reads


def ordered(own: Iterable[PlanCase], rng: random.Random, ask: Ask) -> list[PlanCase]:
    """By label, at random, or at random with every stratum spread over the whole list."""
    line = sorted(own, key=lambda case: (case.label, case.id))
    if ask.order == "listed":
        return line
    rng.shuffle(line)
    if not ask.by_stratum:
        return line
    strata: dict[str, list[PlanCase]] = defaultdict(list)
    for case in line:
        strata[case.stratum].append(case)
    # the n-th of a stratum of size m falls somewhere into the n-th of m parts of the list
    spread = [
        ((n + rng.random()) / len(members), case)
        for members in strata.values()
        for n, case in enumerate(members)
    ]
    return [case for _, case in sorted(spread, key=lambda pair: (pair[0], pair[1].id))]


def sample_evenly(own: Sequence[PlanCase], n: int, rng: random.Random) -> list[PlanCase]:
    """``n`` cases at random, from every stratum in proportion: a systematic sample."""
    if n <= 0 or not own:
        return []
    line = list(own)
    rng.shuffle(line)
    line.sort(key=lambda case: case.stratum)
    step, start = len(line) / n, rng.random()
    return [line[int((k + start) * step)] for k in range(min(n, len(line)))]


def _rng(ask: Ask, what: str) -> random.Random:
    return random.Random(f"{ask.seed}:{what}")
