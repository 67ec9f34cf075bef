"""Conflicts of interest: declared by a coordinator for anybody, or by a reader for themselves."""

from uuid import UUID

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core import clock
from portal.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from portal.projects.models import Project, Site
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission, require, users_with
from portal.reads.errors import ReasonNeeded
from portal.reads.models import ConflictOfInterest, Read, ReadPurpose, ReadState


@transaction.atomic
def declare_conflict(
    *,
    by: User,
    project: Project,
    user_id: UUID,
    reason: str,
    site_id: UUID | None = None,
    case_id: UUID | None = None,
) -> ConflictOfInterest:
    """From now on the person gets no read of the case, or of the site's cases. Reads that they have
    stay until the coordinator passes them on."""
    require(by, Permission.ASSIGN_READS, project)
    if user_id not in users_with(Permission.READ, project.pk):
        raise InvalidInput(user_id=["This person has no reader role in the project."])
    if (site_id is None) == (case_id is None):
        raise InvalidInput(site_id=["Name a site or a case."])
    site = Site.objects.filter(project=project, pk=site_id).first() if site_id else None
    case = Case.objects.filter(project=project, pk=case_id).first() if case_id else None
    if site is None and case is None:
        raise NotFound()
    return _declare(by, project, user_id, reason, site=site, case=case)


@transaction.atomic
def declare_own_conflict(*, by: User, read: Read, reason: str) -> ConflictOfInterest:
    """A reader knows a case by their read of it alone. The coordinator is told."""
    project = read.case.project
    require(by, Permission.READ, project)
    if read.reader.user_id != by.pk:
        raise NotAllowed()
    row = _declare(by, project, by.pk, reason, case=read.case)
    notify(
        user_ids=users_with(Permission.ASSIGN_READS, project.pk) - {by.pk},
        kind="conflict_declared",
        text=f"A conflict of interest is declared for {read.case.label}. Reassign the read.",
        href=f"/p/{project.slug}/cases/{read.case_id}",
        project=project.slug,
    )
    return row


def _declare(
    by: User,
    project: Project,
    user_id: UUID,
    reason: str,
    *,
    site: Site | None = None,
    case: Case | None = None,
) -> ConflictOfInterest:
    if not reason.strip():
        raise ReasonNeeded(reason=[ReasonNeeded.message])
    row, made = ConflictOfInterest.objects.get_or_create(
        project=project,
        user_id=user_id,
        site=site,
        case=case,
        ended_at=None,
        defaults={"reason": reason.strip()[:300], "declared_by": by},
    )
    if not made:
        raise Conflict("This conflict of interest is declared already.")
    _record(by, "conflict.declared", row)
    return row


@transaction.atomic
def end_conflict(*, by: User, project: Project, conflict_id: UUID) -> None:
    """Take a declaration back; it stays on record as ended."""
    require(by, Permission.ASSIGN_READS, project)
    row = ConflictOfInterest.objects.filter(
        project=project, pk=conflict_id, ended_at__isnull=True
    ).first()
    if row is None:
        raise NotFound()
    ConflictOfInterest.objects.filter(pk=row.pk).update(ended_at=clock.now())
    _record(by, "conflict.ended", row)


def conflicts_in(user: User, project: Project) -> list[ConflictOfInterest]:
    """All that stand, for those who assign, with ``open_reads``: those that the person has all the
    same, from before. A reader's own are for them alone, and only of sites: a case they know by no
    label."""
    rows = ConflictOfInterest.objects.filter(project=project, ended_at__isnull=True)
    if has_permission(user, Permission.ASSIGN_READS, project):
        rows = rows.annotate(open_reads=_open_reads(user))
    else:
        require(user, Permission.READ, project)
        rows = rows.filter(user=user, site__isnull=False)
    rows = rows.select_related("user", "site", "case", "declared_by")
    return list(rows.order_by("user__display_name", "created_at"))


def _open_reads(asking: User) -> Subquery:
    """For each declaration: how many open reads of its cases the person has. Nobody is told of
    second readings of their own."""
    there = Q(case=OuterRef("case")) | Q(case__visit__subject__site=OuterRef("site"))
    rows = Read.objects.filter(
        there,
        reader__user=OuterRef("user"),
        purpose=ReadPurpose.READING,
        state__in=[ReadState.ASSIGNED, ReadState.IN_PROGRESS],
    )
    rows = rows.exclude(duplicate=True, reader__user=asking)
    counted = rows.order_by().values("reader__user").annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())


def _record(by: User, action: str, row: ConflictOfInterest) -> None:
    record_in_project(
        project_id=row.project_id,
        by=by,
        action=action,
        target_type="conflict",
        target_id=row.pk,
        details={
            "user": str(row.user_id),
            "site": str(row.site_id or ""),
            "case": str(row.case_id or ""),
        },
    )
