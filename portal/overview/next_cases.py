"""Which cases to have read next: those whose draft is poor or doubted, that are unlike what was
settled, and from groups that few references come from. The choice is ``cmrkit.selection``'s."""

from collections import Counter
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Q

from cmrkit.selection import DEFAULT_WEIGHTS, Candidate, Choice, Strategy, Weights, choose_why
from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput
from portal.jobs.models import JobState
from portal.modelhub.draft_signs import DraftSigns
from portal.modelhub.selectors import champion_of
from portal.overview.drafts import lead_jobs
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.strata import UNKNOWN

MOST = 100
Cases = dict[UUID, tuple[str, str]]  # label and group


@dataclass(frozen=True)
class NextCase:
    """``expected_dice``: mean over structures, ED and ES. ``references``: how many locked cases its
    group has. ``reason``: what counted most, a ``cmrkit.selection.Strategy``."""

    case_id: UUID
    label: str
    expected_dice: float | None
    group: str
    references: int
    reason: str


@dataclass(frozen=True)
class NextCases:
    """The most wanted first. ``weighed``: what was compared, as not all drafts say everything.
    ``without_draft``: cases that wait for readers, but of which today's champion has no draft that
    says anything."""

    rows: list[NextCase]
    weighed: list[str]
    without_draft: int


def next_cases(user: User, project: Project, *, n: int) -> NextCases:
    """``n`` of the cases that nobody was given yet, or fewer where there are fewer.

    Raises NotAllowed for who doesn't assign, InvalidInput for an ``n`` outside 1 to ``MOST``."""
    require(user, Permission.ASSIGN_READS, project)
    if not 1 <= n <= MOST:
        raise InvalidInput(n=[f"Between 1 and {MOST}."])
    signs = _signs(project)
    waiting = _cases(project, CaseState.READY)
    labelled = _cases(project, CaseState.LOCKED)
    pool = {pk: row for pk, row in waiting.items() if signs.get(pk)}
    references = Counter(group for _, group in labelled.values())
    settled = [signs[pk] for pk in labelled if pk in signs]
    weights = _weights([signs[pk] for pk in pool], settled)
    rows = []
    for choice in _chosen(pool, labelled, signs, weights, n):
        pk = UUID(choice.name)
        label, group = pool[pk]
        rows.append(
            NextCase(
                pk, label, signs[pk].expected_dice, group, references[group], str(choice.reason)
            )
        )
    weighed = [name for name, share in asdict(weights).items() if share] if pool else []
    return NextCases(rows, weighed, len(waiting) - len(pool))


def _chosen(
    pool: Cases, labelled: Cases, signs: dict[UUID, DraftSigns], weights: Weights, n: int
) -> list[Choice]:
    if not pool:
        return []
    dimensions = len(signs[next(iter(pool))].embedding) if weights.diversity else 0

    def candidate(pk: UUID, group: str) -> Candidate:
        """What isn't weighed is 0 for all."""
        found = signs.get(pk) or DraftSigns()
        at = found.embedding if dimensions and len(found.embedding) == dimensions else ()
        return Candidate(
            name=str(pk),
            uncertainty=found.uncertainty or 0.0,
            expected_dice=found.expected_dice or 0.0,
            disagreement=found.disagreement or 0.0,
            embedding=at,
            stratum=group,
        )

    return choose_why(
        [candidate(pk, group) for pk, (_, group) in pool.items()],
        [candidate(pk, group) for pk, (_, group) in labelled.items()],
        min(n, len(pool)),
        Strategy.COMBINED,
        weights=weights,
    )


def _weights(pool: list[DraftSigns], settled: list[DraftSigns]) -> Weights:
    """Those of the simulation, without what one of the drafts doesn't say: a case can't be compared
    by what is missing, nor be unlike references that have no place. What the references lack of
    groups is always known."""
    usual = DEFAULT_WEIGHTS
    lengths = {len(row.embedding) for row in pool}
    alike = len(lengths) == 1 and 0 not in lengths
    alike = alike and any(len(row.embedding) in lengths for row in settled)
    return Weights(
        uncertainty=usual.uncertainty * all(row.uncertainty is not None for row in pool),
        expected_dice=usual.expected_dice * all(row.expected_dice is not None for row in pool),
        disagreement=usual.disagreement * all(row.disagreement is not None for row in pool),
        diversity=usual.diversity * alike,
        stratum=usual.stratum,
    )


def _cases(project: Project, state: CaseState) -> dict[UUID, tuple[str, str]]:
    """Label and group (the disease known beforehand) by case."""
    rows = Case.objects.filter(project=project, state=state)
    return {
        pk: (label, disease or UNKNOWN)
        for pk, label, disease in rows.values_list("pk", "label", "stratum__disease")
    }


def _signs(project: Project) -> dict[UUID, DraftSigns]:
    """By case, of the newest draft by today's champion; those of another model don't compare."""
    cases = Q(case__state=CaseState.READY) | Q(case__state=CaseState.LOCKED)
    jobs = (
        lead_jobs()
        .filter(cases, project=project, state=JobState.SUCCEEDED)
        .filter(payload__model_id=str(champion_of(project).pk))
        .order_by("finished_at", "pk")
    )
    found: dict[UUID, DraftSigns] = {}
    for case_id, output in jobs.values_list("case_id", "output").iterator():
        signs = DraftSigns.of(output)
        if case_id is not None and signs:
            found[case_id] = signs
    return found
