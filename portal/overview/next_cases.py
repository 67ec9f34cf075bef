"""Which cases to have read next: those whose draft is expected to be poor, from groups that few
references come from. The choice itself is ``cmrkit.selection``."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cmrkit.selection import Candidate, Strategy, Weights, choose
from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput
from portal.jobs.models import JobState
from portal.modelhub.selectors import champion_of
from portal.overview.drafts import lead_jobs
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.strata import UNKNOWN

MOST = 100
# a stored draft has no entropy, embedding or opinions of the ensemble: what it has counts as much
# as what the references lack
WEIGHTS = Weights(uncertainty=0, expected_dice=1, disagreement=0, diversity=0, stratum=1)


@dataclass(frozen=True)
class NextCase:
    """``expected_dice``: mean over structures, ED and ES. ``references``: how many locked cases its
    group has."""

    case_id: UUID
    label: str
    expected_dice: float
    group: str
    references: int


@dataclass(frozen=True)
class NextCases:
    """The most wanted first. ``without_draft``: cases that wait for readers, but of which today's
    champion has no draft with a Dice to expect, so that nothing can be said about them."""

    rows: list[NextCase]
    without_draft: int


def next_cases(user: User, project: Project, *, n: int) -> NextCases:
    """``n`` of the cases that nobody was given yet, or fewer where there are fewer.

    Raises NotAllowed for who doesn't assign, InvalidInput for an ``n`` outside 1 to ``MOST``."""
    require(user, Permission.ASSIGN_READS, project)
    if not 1 <= n <= MOST:
        raise InvalidInput(n=[f"Between 1 and {MOST}."])
    expected = _expected_dice(project)
    waiting = _cases(project, CaseState.READY)
    pool = {pk: row for pk, row in waiting.items() if pk in expected}
    labelled = _cases(project, CaseState.LOCKED)
    references = Counter(group for _, group in labelled.values())
    chosen = (
        choose(
            [_candidate(pk, group, expected[pk]) for pk, (_, group) in pool.items()],
            [_candidate(pk, group, 1.0) for pk, (_, group) in labelled.items()],
            min(n, len(pool)),
            Strategy.COMBINED,
            weights=WEIGHTS,
        )
        if pool
        else []
    )
    rows = []
    for name in chosen:
        label, group = pool[UUID(name)]
        rows.append(NextCase(UUID(name), label, expected[UUID(name)], group, references[group]))
    return NextCases(rows, len(waiting) - len(pool))


def _candidate(case_id: UUID, group: str, expected: float) -> Candidate:
    return Candidate(str(case_id), 0.0, expected, 0.0, (0.0,), group)


def _cases(project: Project, state: CaseState) -> dict[UUID, tuple[str, str]]:
    """Label and group (the disease known beforehand) by case."""
    rows = Case.objects.filter(project=project, state=state)
    return {
        pk: (label, disease or UNKNOWN)
        for pk, label, disease in rows.values_list("pk", "label", "stratum__disease")
    }


def _expected_dice(project: Project) -> dict[UUID, float]:
    """By case, of the newest draft by today's champion; those of another model don't compare."""
    jobs = (
        lead_jobs()
        .filter(project=project, state=JobState.SUCCEEDED, case__state=CaseState.READY)
        .filter(payload__model_id=str(champion_of(project).pk))
        .order_by("finished_at", "pk")
    )
    found: dict[UUID, float] = {}
    for case_id, predicted in jobs.values_list("case_id", "output__predicted_dice").iterator():
        mean = _mean_dice(predicted)
        if case_id is not None and mean is not None:
            found[case_id] = mean
    return found


def _mean_dice(predicted: Any) -> float | None:
    """Of {structure: {phase: Dice}}, as a worker wrote it, which may be one from elsewhere."""
    rows = predicted.values() if isinstance(predicted, dict) else ()
    values = [
        float(value)
        for row in rows
        if isinstance(row, dict)
        for value in row.values()
        if isinstance(value, int | float) and 0 <= value <= 1
    ]
    return sum(values) / len(values) if values else None
