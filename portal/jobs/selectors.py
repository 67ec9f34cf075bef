"""Reading jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cmrkit.contracts import PORTAL_WORK
from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.jobs.models import Job, JobState
from portal.jobs.models.job import ACTIVE_STATES
from portal.projects.roles import Permission
from portal.projects.selectors import (
    has_permission,
    projects_with,
    users_with,
    visible_projects,
)


def count_by_state() -> dict[str, int]:
    """How many jobs are in each state, for the metrics."""
    found = dict(Job.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {state: found.get(state, 0) for state in JobState.values}


def visible_jobs(user: User) -> QuerySet[Job]:
    """Own jobs while in the team, all of a project for those who run it, and every job for the
    installation admin, who keeps workers and queues."""
    if user.is_installation_admin:
        return Job.objects.all()
    return Job.objects.filter(
        Q(requested_by=user, project__in=visible_projects(user))
        | Q(project__in=projects_with(user, [Permission.VIEW_JOBS]))
    ).distinct()


def get_job(user: User, job_id: UUID) -> Job:
    job = visible_jobs(user).select_related("project", "requested_by").filter(pk=job_id).first()
    if job is None:
        raise NotFound()
    return job


def may_control(user: User, job: Job) -> bool:
    """Who asked for it, who runs the project's work, and the installation admin; seeing jobs is
    not stopping them."""
    return (
        user.is_installation_admin
        or job.requested_by_id == user.pk
        or has_permission(user, Permission.PREANNOTATE, job.project_id)
    )


def watchers(job: Job) -> set[UUID]:
    people = users_with(Permission.VIEW_JOBS, job.project_id)
    return people | ({job.requested_by_id} if job.requested_by_id else set())


def waiting_or_lost() -> Q:
    """Jobs a worker may take: waiting ones, and those whose worker has gone silent."""
    now = timezone.now()
    lost = Q(state__in=[JobState.LEASED, JobState.RUNNING], lease_expires_at__lt=now)
    return Q(state=JobState.QUEUED, due_at__lte=now) | lost


def of_the_portal() -> Q:
    """Jobs that the portal does itself; workers are never handed one, nor the portal another."""
    return Q(kind__in=PORTAL_WORK)


def due_job_ids(limit: int = 20, *, portal: bool = False) -> list[UUID]:
    """What waits for a worker, or, with ``portal``, for the portal itself; oldest first."""
    whose = of_the_portal() if portal else ~of_the_portal()
    rows = Job.objects.filter(waiting_or_lost(), whose).order_by("due_at", "created_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def describe(job: Job) -> dict[str, Any]:
    """The job on the wire: no ids of people, no words of DICOM."""
    failed = bool(job.error_code)
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "progress": job.progress,
        "message": job.message,
        "error": {"code": job.error_code, "message": job.error_message} if failed else None,
        "case_id": str(job.case_id) if job.case_id else None,
        "project": job.project.slug,
        "model": job.payload.get("model"),
        "attempt": job.attempt,
        "created_at": _iso(job.created_at),
        "finished_at": _iso(job.finished_at),
        "may_cancel": job.state in ACTIVE_STATES,
        "may_retry": job.state in (JobState.FAILED, JobState.DEAD, JobState.CANCELLED),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
