"""Reading comparisons, for those to whom the case lies open."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from portal.accounts.models import User
from portal.agreement.models import Comparison
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.protocols.selectors import rules_of
from portal.reads.blinding import hides_readers, opened_cases
from portal.reads.models import Read, ReadPurpose, ReadState


def comparison_of(case: Case | UUID) -> Comparison | None:
    """The comparison of the reads that stand; one with a withdrawn read counts no more."""
    case_id = case.pk if isinstance(case, Case) else case
    return (
        Comparison.objects.filter(case_id=case_id)
        .exclude(readings__read__state=ReadState.WITHDRAWN)
        .select_related("case")
        .prefetch_related("readings__read__protocol_version")
        .order_by("-created_at")
        .first()
    )


def visible_comparison(user: User, project: Project, case_id: UUID) -> Comparison:
    """The case's comparison, else NotFound: before all reads are in there is none to see."""
    if not opened_cases(user).filter(project=project, pk=case_id).exists():
        raise NotFound()
    row = comparison_of(case_id)
    if row is None:
        raise NotFound()
    return row


def hides_model(case: Case, reads: Iterable[Read]) -> bool:
    """Whether the AI is among the compared reads and nobody may know which one it is."""
    found = list(reads)
    double_blind = rules_of(found[0].protocol_version).double_blind
    by_model = any(read.purpose == ReadPurpose.DRAFT for read in found)
    return by_model and hides_readers(case, double_blind=double_blind)


def lacks_model(row: Comparison) -> bool:
    """Whether the protocol compares the AI, and no draft was there when this was compared."""
    found = [reading.read for reading in row.readings.all()]
    if not found or any(read.purpose == ReadPurpose.DRAFT for read in found):
        return False
    return bool(rules_of(found[0].protocol_version).adjudication["compare_model"])


def shown_values(row: Comparison) -> dict[str, Any]:
    """The Agreement as it may be shown: with answers by colour, or only how many gave each where a
    colour without an answer would be the AI's."""
    values: dict[str, Any] = row.values
    hidden = bool(values) and hides_model(row.case, [r.read for r in row.readings.all()])
    if not values:
        return values
    answers = [
        {**found, "values": {} if hidden else found["values"], "tally": _tally(found["values"])}
        for found in values["answers"]
    ]
    return {**values, "answers": answers, "lacks_model": lacks_model(row)}


def _tally(values: dict[str, Any]) -> list[dict[str, Any]]:
    """How many readings gave each answer, most first."""
    counts = Counter(repr(value) for value in values.values())
    by_text = {repr(value): value for value in values.values()}
    return [
        {"value": by_text[text], "count": n}
        for text, n in sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    ]
