"""My work: what waits for one person, over all their projects."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.models import Adjudication
from portal.adjudication.selectors import settleable
from portal.cases.models import Case, CaseState
from portal.intake.models import ImportBatch, ImportOutcome
from portal.jobs.models import Job, JobState
from portal.modelhub.models import Proposal
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with
from portal.reads.blinding import OPEN_STATES, own_reads
from portal.reads.models import READ_BY_READERS, Read, ReadPurpose, ReadState
from portal.reads.selectors import LIST_ORDER

SHOWN = 50
ATTENTION_FOR = timedelta(days=14)


@dataclass(frozen=True)
class WorkItem:
    id: UUID
    title: str
    subtitle: str
    href: str
    state: str
    project: Project
    updated_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True)
class WorkSection:
    """``more`` is how many there are beyond those shown; ``done``, of the own reads alone, how many
    are submitted."""

    key: str
    title: str
    items: list[WorkItem] = field(default_factory=list)
    more: int = 0
    done: int = 0


def my_work(user: User) -> list[WorkSection]:
    """Sections that hold something, or that the person's roles promise; in a fixed number of
    queries. Dates are those of the person's own steps: another reader's leave no trace."""
    return [
        replace(_section("reads", "To read", _reads(user), _read_item), done=_reads_done(user)),
        _section("adjudications", "To settle", _adjudications(user), _adjudication_item),
        _section("assignments", "To assign", _unassigned(user), _case_item),
        _section("approvals", "To approve", _approvals(user), _approval_item),
        _attention(user),
    ]


def _section(
    key: str, title: str, rows: QuerySet[Any], item: Callable[[Any], WorkItem]
) -> WorkSection:
    shown = [item(row) for row in rows[:SHOWN]]
    more = rows.count() - SHOWN if len(shown) == SHOWN else 0
    return WorkSection(key, title, shown, max(more, 0))


def _reads(user: User) -> QuerySet[Read]:
    return (
        own_reads(user)
        .filter(purpose__in=READ_BY_READERS, state__in=OPEN_STATES)
        .select_related("case__project", "protocol_version__protocol")
        .order_by("case__project__name", "case__project_id", *LIST_ORDER)
    )


def _reads_done(user: User) -> int:
    done = own_reads(user).filter(purpose__in=READ_BY_READERS, state=ReadState.SUBMITTED)
    return done.count()


def _read_item(read: Read) -> WorkItem:
    return WorkItem(
        id=read.pk,
        title=read.alias,
        subtitle="Training"
        if read.purpose == ReadPurpose.TRAINING
        else read.protocol_version.protocol.name,
        href=f"/read/{read.pk}",
        state=read.state,
        project=read.case.project,
        updated_at=read.started_at or read.assigned_at,
        due_at=read.due_at,
    )


def _adjudications(user: User) -> QuerySet[Adjudication]:
    return (
        settleable(user)
        .filter(Q(adjudicator__isnull=True) | Q(adjudicator=user), signed_at__isnull=True)
        .order_by("created_at", "pk")
    )


def _adjudication_item(row: Adjudication) -> WorkItem:
    return WorkItem(
        id=row.pk,
        title=row.case.label,
        subtitle="The reads differ"
        if row.kind == "disagreement"
        else "The reads agree; a signature is needed",
        href=f"/adjudicate/{row.pk}",
        state="in_progress" if row.read_id else "open",
        project=row.case.project,
        updated_at=row.read.started_at if row.read and row.read.started_at else row.created_at,
    )


def _unassigned(user: User) -> QuerySet[Case]:
    return (
        Case.objects.filter(
            project__in=projects_with(user, [Permission.ASSIGN_READS]), state=CaseState.READY
        )
        .select_related("project")
        .order_by("created_at", "pk")
    )


def _case_item(case: Case) -> WorkItem:
    return WorkItem(
        id=case.pk,
        title=case.label,
        subtitle="Nobody reads this case yet",
        href=f"/p/{case.project.slug}/cases/{case.pk}",
        state=case.state,
        project=case.project,
        updated_at=case.created_at,
    )


def _approvals(user: User) -> QuerySet[Proposal]:
    return (
        Proposal.objects.filter(
            approved__isnull=True,
            model__project__in=projects_with(user, [Permission.APPROVE_MODEL]),
        )
        .exclude(proposed_by=user)
        .select_related("model__project")
        .order_by("created_at", "pk")
    )


def _approval_item(row: Proposal) -> WorkItem:
    project = row.model.project
    return WorkItem(
        id=row.pk,
        title=f"{row.model.title} {row.model.version}",
        subtitle="Proposed as champion",
        href=f"/p/{project.slug}/models/{row.model_id}",
        state="open",
        project=project,
        updated_at=row.created_at,
    )


def _attention(user: User) -> WorkSection:
    since = timezone.now() - ATTENTION_FOR
    jobs = (
        Job.objects.filter(
            project__in=projects_with(user, [Permission.PREANNOTATE, Permission.TRAIN]),
            state__in=[JobState.FAILED, JobState.DEAD],
            finished_at__gte=since,
        )
        .select_related("project")
        .order_by("-finished_at", "pk")
    )
    imports = (
        ImportBatch.objects.filter(
            project__in=projects_with(user, [Permission.IMPORT]), created_at__gte=since
        )
        .annotate(refused=Count("items", filter=Q(items__outcome=ImportOutcome.QUARANTINED)))
        .filter(refused__gt=0)
        .select_related("project")
        .order_by("-created_at", "pk")
    )
    first = _section("attention", "Needs a look", jobs, _job_item)
    second = _section("attention", "Needs a look", imports, _import_item)
    return WorkSection(
        first.key, first.title, [*first.items, *second.items], first.more + second.more
    )


def _job_item(job: Job) -> WorkItem:
    return WorkItem(
        id=job.pk,
        title=job.title,
        subtitle=job.error_message or "The job failed.",
        href=f"/p/{job.project.slug}/jobs",
        state=job.state,
        project=job.project,
        updated_at=job.finished_at or job.created_at,
    )


def _import_item(batch: Any) -> WorkItem:
    return WorkItem(
        id=batch.pk,
        title=batch.label or "Import",
        subtitle=f"{batch.refused} files could not be used",
        href=f"/p/{batch.project.slug}/imports/{batch.pk}",
        state=batch.state,
        project=batch.project,
        updated_at=batch.created_at,
    )
