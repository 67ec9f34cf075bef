"""The pairs that a person's question is about, ready for statistics."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.accounts.models import User
from portal.agreement.cohort.keeping import due, keep
from portal.agreement.cohort.naming import Names
from portal.agreement.cohort.pairing import CaseReads, Kind, Pair, by_case
from portal.agreement.cohort.pooling import Pool, pools_of
from portal.agreement.cohort.sides import NUMBERS
from portal.agreement.models import PairResult, ReadFacts
from portal.core.errors import InvalidInput
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.models import Protocol
from portal.protocols.schema import Rules
from portal.protocols.selectors import rules_of
from portal.reads.blinding import knows_readers_by_number, statistics_reads
from portal.reads.models import CaseStratum, Read

GROUPS = ("site", "vendor", "disease", "reader")
DISEASE = "class"  # the question whose answer is the disease
NOT_SETTLED, NOT_SAID = "Not settled", "Not said"


@dataclass(frozen=True)
class Query:
    """What is asked; empty means all. ``readers``: keys; with one, pairs it takes part in; with
    more, pairs among them."""

    comparison: Kind = Kind.INTER
    protocol: str = ""
    site: str = ""
    vendor: str = ""
    disease: str = ""
    readers: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairRow:
    """One pair of reads of one case. ``contours``: sums by structure, level and phase.
    ``landmarks``: points by landmark; those of ``landmarks_asked`` count."""

    case_id: UUID
    case: str
    reader_a: str
    reader_b: str
    site: str
    vendor: str
    disease: str
    numbers_a: dict[str, float | None]
    numbers_b: dict[str, float | None]
    answers_a: dict[str, Any]
    answers_b: dict[str, Any]
    landmarks_a: dict[str, Any]
    landmarks_b: dict[str, Any]
    landmarks_asked: frozenset[str]
    contours: list[dict[str, Any]]
    attribution: dict[str, Any]
    spacing_assumed: bool

    def group(self, by: str) -> list[str]:
        """The groups that the pair counts in; a pair of two readers counts for both."""
        if by == "reader":
            return sorted({self.reader_a, self.reader_b})
        return [str(getattr(self, by))]


@dataclass
class Cohort:
    """``choices``: what the filters may be set to. ``pending``: pairs not yet computed."""

    query: Query
    rows: list[PairRow]
    rules: Rules | None
    names: Names
    pending: int
    choices: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[Kind, int] = field(default_factory=dict)
    protocols: list[Protocol] = field(default_factory=list)
    protocol: Protocol | None = None


def cohort(user: User, project: Project, query: Query, *, seconds: float | None = 2.0) -> Cohort:
    """The pairs, after computing for up to ``seconds`` what has no result yet. Raises NotAllowed
    without the permission, InvalidInput for a protocol or reader that isn't there."""
    found = ground_of(user, project, query)
    names, protocols, protocol = found.names, found.protocols, found.protocol
    if protocol is None:
        return Cohort(query, [], None, names, 0)
    unknown = set(query.readers) - names.keys()
    if unknown:
        raise InvalidInput(reader=["No such reader. Choose from the list."])
    cases = by_case(r for r in found.reads if r.protocol_version.protocol_id == protocol.pk)
    pending = keep(due(cases), seconds=seconds)
    rules, pools = pools_of(protocol)
    built = Cohort(query, [], rules, names, pending, protocols=protocols, protocol=protocol)
    _fill(built, cases, pools)
    return built


@dataclass(frozen=True)
class Ground:
    """What a question is answered from: the reads that count for this person, what readers are
    called, the protocol that is asked about."""

    reads: list[Read]
    names: Names
    protocols: list[Protocol]
    protocol: Protocol | None


def ground_of(user: User, project: Project, query: Query) -> Ground:
    """Raises NotAllowed without the permission, InvalidInput for a protocol that isn't there."""
    require(user, Permission.VIEW_AGREEMENT, project)
    reads, protocols = statistics_rows(user, project)
    names = Names(project, reads, by_number=knows_readers_by_number(user, project))
    return Ground(reads, names, protocols, chosen_protocol(protocols, query.protocol))


def statistics_rows(user: User, project: Project) -> tuple[list[Read], list[Protocol]]:
    """The reads that count for this person, without their stacks (``load_stacks``); their
    protocols, the one in use first."""
    reads = list(
        statistics_reads(user)
        .filter(case__project=project)
        .select_related("case__visit__subject__site", "protocol_version__protocol", "reader")
        .order_by("case__label", "pk")
    )
    protocols = sorted(
        {read.protocol_version.protocol for read in reads},
        key=lambda p: (not p.in_use, p.created_at, str(p.pk)),
    )
    return reads, protocols


def chosen_protocol(protocols: list[Protocol], wanted: str) -> Protocol | None:
    """The one that is named, else the first. Raises InvalidInput for one that isn't there."""
    if not wanted:
        return protocols[0] if protocols else None
    found = next((p for p in protocols if str(p.pk) == wanted), None)
    if found is None:
        raise InvalidInput(protocol=["No read under such a protocol is in."])
    return found


def _fill(built: Cohort, cases: list[CaseReads], pools: dict[UUID, Pool]) -> None:
    query = built.query
    facts = _facts(cases)
    strata = _strata_of(cases)
    groups = {case.case_id: _groups_of(case, facts, strata.get(case.case_id)) for case in cases}
    built.choices = {
        by: sorted({found[by] for found in groups.values()}) for by in ("site", "vendor", "disease")
    }
    pairs = [pair for case in cases for pair in case.pairs()]
    built.counts = {kind: sum(p.kind == kind for p in pairs) for kind in Kind}
    wanted = [
        pair
        for pair in pairs
        if pair.kind == query.comparison
        and _fits(query, groups[pair.a.case_id])
        and _of_readers(query.readers, built.names, pair)
    ]
    for pair, summary in _with_results(wanted):
        one, two = facts.get(pair.a.pk), facts.get(pair.b.pk)
        if one is not None and two is not None:
            pool = pools[pair.b.protocol_version_id]
            built.rows.append(
                _row(built.names, pair, summary, (one, two), pool, groups[pair.a.case_id])
            )


def _facts(cases: list[CaseReads]) -> dict[UUID, dict[str, Any]]:
    ids = [case.case_id for case in cases]
    found: dict[UUID, dict[str, Any]] = {}
    for start in range(0, len(ids), 500):
        rows = ReadFacts.objects.filter(read__case_id__in=ids[start : start + 500])
        found |= dict(rows.values_list("read_id", "values"))
    return found


def _with_results(pairs: list[Pair]) -> Iterator[tuple[Pair, dict[str, Any]]]:
    """Pairs that have a result, each with its summary, some hundreds at a time."""
    for start in range(0, len(pairs), 500):
        some = {(p.a.pk, p.b.pk): p for p in pairs[start : start + 500]}
        rows = PairResult.objects.filter(
            read_a__in={a for a, _ in some}, read_b__in={b for _, b in some}
        ).values_list("read_a_id", "read_b_id", "inputs_hash", "summary")
        found = {(a, b): (hashed, summary) for a, b, hashed, summary in rows}
        for key, pair in some.items():
            hashed, summary = found.get(key, ("", {}))
            if hashed == pair.inputs_hash:
                yield pair, summary


def _strata_of(cases: list[CaseReads]) -> dict[UUID, str]:
    """The disease of a case, where the coordinator said it beforehand."""
    ids = [case.case_id for case in cases]
    found: dict[UUID, str] = {}
    for start in range(0, len(ids), 500):
        rows = CaseStratum.objects.filter(case__in=ids[start : start + 500])
        found |= dict(rows.values_list("case_id", "disease"))
    return found


def _groups_of(
    case: CaseReads, facts: dict[UUID, dict[str, Any]], stratum: str | None
) -> dict[str, str]:
    """``disease``: the case's stratum where it has one, else what the reads say."""

    def answered(read: Read) -> Any:
        return facts.get(read.pk, {}).get("answers", {}).get(DISEASE)

    any_read = case.every[0]
    if case.reference is not None:
        disease = answered(case.reference)
    else:
        given = {str(answered(read)) for read in case.readings}
        disease = answered(case.readings[0]) if len(given) == 1 else NOT_SETTLED
    return {
        "site": any_read.case.visit.subject.site.name,
        "vendor": facts.get(any_read.pk, {}).get("vendor") or NOT_SAID,
        "disease": stratum or (_title(any_read, disease) if isinstance(disease, str) else NOT_SAID),
    }


def _title(read: Read, value: str) -> str:
    question = rules_of(read.protocol_version).question(DISEASE) or {}
    options = {row["value"]: row["title"] for row in question.get("options", [])}
    return str(options.get(value, value))


def _fits(query: Query, groups: dict[str, str]) -> bool:
    return all(getattr(query, by) in ("", groups[by]) for by in ("site", "vendor", "disease"))


def _of_readers(wanted: tuple[str, ...], names: Names, pair: Pair) -> bool:
    taking_part = {names.key(pair.a), names.key(pair.b)}
    if len(wanted) < 2:
        return not wanted or bool(taking_part & set(wanted))
    people = {names.key(r) for r in (pair.a, pair.b) if names.is_person(r)}
    return people <= set(wanted)


def _row(
    names: Names,
    pair: Pair,
    summary: dict[str, Any],
    facts: tuple[dict[str, Any], dict[str, Any]],
    pool: Pool,
    groups: dict[str, str],
) -> PairRow:
    one, two = facts
    counted = [
        name
        for name, *_ in NUMBERS
        if all(pool.has_number(name, side["convention"]) for side in (one, two))
    ]
    return PairRow(
        case_id=pair.a.case_id,
        case=pair.a.case.label,
        reader_a=names.key(pair.a),
        reader_b=names.key(pair.b),
        **groups,
        numbers_a={name: one["numbers"][name] for name in counted},
        numbers_b={name: two["numbers"][name] for name in counted},
        answers_a={k: v for k, v in one["answers"].items() if k in pool.questions},
        answers_b={k: v for k, v in two["answers"].items() if k in pool.questions},
        landmarks_a=one.get("landmarks", {}),
        landmarks_b=two.get("landmarks", {}),
        landmarks_asked=_asked_for(pair.b, pool),
        contours=[r for r in summary["contours"] if r["structure"] in pool.structures],
        attribution={k: v for k, v in summary["attribution"].items() if k in counted},
        spacing_assumed=one["spacing_assumed"] or two["spacing_assumed"],
    )


def _asked_for(read: Read, pool: Pool) -> frozenset[str]:
    """Landmarks that questions of the read's version ask for, of those that are pooled."""
    return frozenset(
        question["landmark"]
        for question in rules_of(read.protocol_version).questions
        if question["kind"] == "landmark" and question["code"] in pool.questions
    )
