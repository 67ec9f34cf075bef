"""Reading comparisons, for those to whom the case lies open."""

from uuid import UUID

from portal.accounts.models import User
from portal.agreement.models import Comparison
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.reads.blinding import opened_cases
from portal.reads.models import ReadState


def comparison_of(case: Case | UUID) -> Comparison | None:
    """The comparison of the reads that stand; one with a withdrawn read counts no more."""
    case_id = case.pk if isinstance(case, Case) else case
    return (
        Comparison.objects.filter(
            read_a__case_id=case_id,
            read_a__state=ReadState.SUBMITTED,
            read_b__state=ReadState.SUBMITTED,
        )
        .select_related("read_a", "read_b")
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
