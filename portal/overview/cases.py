"""The list of cases and one case in full, for those who run the project."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from portal.accounts.models import User
from portal.adjudication.models import ReferenceStandard
from portal.adjudication.selectors import visible_adjudications, visible_references
from portal.annotations.imports import ImportedRow, imports_of
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput, NotFound
from portal.imaging.models import Study
from portal.imaging.selectors import with_stacks
from portal.jobs.models import Job
from portal.overview.checks import needing_a_look
from portal.overview.drafts import draft_state, lead_drafts, lead_jobs
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of, require
from portal.protocols.selectors import version_in_use
from portal.reads.blinding import managed_reads, own_open_contents, visible_cases
from portal.reads.models import Read, ReadPurpose, ReadState
from portal.reads.selectors import reading_stack_of_outer_case

NEEDED = "needed"
ORDERINGS = {"label", "-label", "updated_at", "-updated_at", "state", "-state"}


def cases_in(
    user: User,
    project: Project,
    *,
    state: str = "",
    search: str = "",
    ordering: str = "",
    look: str = "",
) -> QuerySet[Case]:
    """The project's cases with their counts, in a fixed number of queries. ``look``: those alone
    whose draft or images need one, for who may know."""
    require(user, Permission.VIEW_CASES, project)
    if state and state not in CaseState.values:
        raise InvalidInput(state=[f"One of {', '.join(CaseState.values)}."])
    if ordering and ordering not in ORDERINGS:
        raise InvalidInput(ordering=[f"One of {', '.join(sorted(ORDERINGS))}."])
    if look and look != NEEDED:
        raise InvalidInput(look=[f"{NEEDED}, or leave it out."])
    rows = visible_cases(user).filter(project=project)
    if look:
        require(user, Permission.VIEW_PROGRESS, project)
        asking = needing_a_look(user, project)
        rows = rows.filter(pk__in=[pk for pk, needed in asking.items() if needed])
    if state:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(
            Q(label__icontains=search) | Q(visit__subject__site__name__icontains=search)
        )
    return _with_counts(rows, project).order_by(ordering or "label", "pk")


def _with_counts(rows: QuerySet[Case], project: Project) -> QuerySet[Case]:
    counted = Q(reads__purpose=ReadPurpose.READING, reads__duplicate=False) & ~Q(
        reads__state=ReadState.WITHDRAWN
    )
    begun = (
        Read.objects.filter(case=OuterRef("pk"), purpose=ReadPurpose.READING)
        .exclude(state=ReadState.WITHDRAWN)
        .order_by("created_at")
        .values("protocol_version__reads_per_case")[:1]
    )
    current = version_in_use(project)
    segmentation = (
        lead_jobs().filter(case=OuterRef("pk")).order_by("-created_at").values("state")[:1]
    )
    return rows.select_related("project", "visit__subject__site").annotate(
        n_studies=Count("studies", distinct=True),
        reads_assigned=Count("reads", filter=counted, distinct=True),
        reads_submitted=Count(
            "reads", filter=counted & Q(reads__state=ReadState.SUBMITTED), distinct=True
        ),
        reads_required=Coalesce(
            Subquery(begun),
            Value(current.reads_per_case if current else 0),
            output_field=IntegerField(),
        ),
        stack_id=Subquery(reading_stack_of_outer_case().values("pk")[:1]),
        segmentation_state=Subquery(segmentation),
        has_draft=Exists(lead_drafts().filter(case=OuterRef("pk"))),
        site_name=F("visit__subject__site__name"),
    )


def summaries(user: User, project: Project, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """``CaseSummary`` of the wire contract, from annotated rows."""
    asking = needing_a_look(user, project, Case.objects.filter(pk__in=[row.pk for row in rows]))
    return [{**_summary(row), "needs_look": asking.get(row.pk)} for row in rows]


def _summary(case: Any) -> dict[str, Any]:
    slug = case.project.slug
    return {
        "id": case.pk,
        "label": case.label,
        "site": case.site_name,
        "state": case.state,
        "is_phantom": case.is_phantom,
        "n_studies": case.n_studies,
        "stack_id": case.stack_id,
        "thumbnail_url": f"/api/v1/projects/{slug}/stacks/{case.stack_id}/thumbnail/"
        if case.stack_id
        else None,
        "reads": {
            "required": case.reads_required,
            "assigned": case.reads_assigned,
            "submitted": case.reads_submitted,
        },
        "draft": draft_state(case.segmentation_state, has_draft=case.has_draft),
        "updated_at": case.updated_at,
    }


@dataclass(frozen=True)
class CaseDetail:
    summary: dict[str, Any]
    studies: list[Study]
    reads: list[Read]
    jobs: list[Job]
    adjudication_id: UUID | None
    reference: ReferenceStandard | None
    my_read_id: UUID | None
    imported: list[ImportedRow]
    actions: list[str]


def case_detail(user: User, project: Project, case_id: UUID) -> CaseDetail:
    """One case for those who run the project; NotFound for all others."""
    rows = visible_cases(user).filter(project=project, pk=case_id)
    case = _with_counts(rows, project).first()
    if case is None:
        raise NotFound()
    adjudication = visible_adjudications(user).filter(case=case).first()
    reference = visible_references(user).filter(case=case).first()
    # under the case's label neither a second reading nor one for training is shown
    mine = (
        own_open_contents(user)
        .filter(case=case, purpose=ReadPurpose.READING, duplicate=False)
        .exclude(state=ReadState.WITHDRAWN)
        .first()
    )
    reads = list(
        managed_reads(user)
        .filter(case=case)
        .select_related("reader__user")
        .order_by("created_at", "pk")
    )
    jobs_shown = Permission.VIEW_JOBS in permissions_of(user, project)
    return CaseDetail(
        summary=summaries(user, project, [case])[0],
        studies=list(with_stacks(Study.objects.filter(case=case)).order_by("study_date", "label")),
        reads=reads,
        jobs=list(Job.objects.filter(case=case).order_by("-created_at")[:20]) if jobs_shown else [],
        adjudication_id=adjudication.pk if adjudication else None,
        reference=reference,
        my_read_id=mine.pk if mine else None,
        imported=imports_of(user, case),
        actions=_actions(user, case, reads, adjudication is not None, reference is not None),
    )


def _actions(
    user: User, case: Any, reads: list[Read], has_adjudication: bool, has_reference: bool
) -> list[str]:
    """What the person may do with the case now."""
    held = permissions_of(user, case.project_id)
    locked = case.state == CaseState.LOCKED
    open_for_reading = case.state in (CaseState.READY, CaseState.READING, CaseState.REOPENED)
    standing = any(read.state != ReadState.WITHDRAWN for read in reads)
    possible = {
        "assign": Permission.ASSIGN_READS in held
        and open_for_reading
        and case.stack_id is not None
        and case.reads_assigned < case.reads_required,
        "preannotate": Permission.PREANNOTATE in held and not locked and case.stack_id is not None,
        "import_annotations": Permission.IMPORT in held and case.stack_id is not None,
        "withdraw_read": Permission.WITHDRAW_READS in held and standing and not locked,
        "open_agreement": has_adjudication,
        "open_adjudication": has_adjudication,
        "open_reference": has_reference,
        "reopen": Permission.REOPEN_REFERENCE in held and locked and has_reference,
    }
    return [name for name, may in possible.items() if may]
