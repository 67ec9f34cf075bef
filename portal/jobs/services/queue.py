"""Asking for work, cancelling it, trying again."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from cmrkit.contracts import JobKind
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.errors import NotAllowed
from portal.jobs.errors import NotCancellable, NotRetryable
from portal.jobs.models import Job, JobState
from portal.jobs.models.job import ACTIVE_STATES
from portal.jobs.selectors import may_control
from portal.jobs.services.telling import tell
from portal.jobs.services.waking import wake_on_commit
from portal.projects.models import Project

OVER_AGAIN = (JobState.FAILED, JobState.DEAD, JobState.CANCELLED)


def enqueue(
    *,
    by: User | None,
    project: Project,
    kind: JobKind,
    title: str,
    payload: dict[str, Any],
    active_key: str,
    case: Case | None = None,
) -> Job:
    """The one way to ask for work. While a job with the same ``active_key`` is active that job is
    the answer. The worker is woken once the caller's transaction has committed."""
    known = Job.objects.filter(active_key=active_key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            job = Job.objects.create(
                project=project,
                case=case,
                kind=kind,
                title=title[:160],
                payload=payload,
                active_key=active_key,
                requested_by=by,
            )
    except IntegrityError:
        return Job.objects.get(active_key=active_key)
    with transaction.atomic():
        record_in_project(
            project_id=project.pk,
            by=by,
            action="job.queued",
            target_type="job",
            target_id=job.pk,
            details={"kind": str(kind), "case": str(case.pk) if case else None},
        )
        tell(job)
        wake_on_commit(job)
    return job


@transaction.atomic
def cancel(*, by: User, job: Job) -> Job:
    """Waiting work ends at once; running work ends when its worker hears of it."""
    if not may_control(by, job):
        raise NotAllowed()
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state not in ACTIVE_STATES:
        raise NotCancellable()
    job.cancel_requested_at = timezone.now()
    job.state, job.finished_at, job.active_key = JobState.CANCELLED, timezone.now(), None
    job.message = "Cancelled"
    job.save()
    record_in_project(
        project_id=job.project_id,
        by=by,
        action="job.cancelled",
        target_type="job",
        target_id=job.pk,
    )
    tell(job)
    return job


@transaction.atomic
def retry(*, by: User, job: Job) -> Job:
    if not may_control(by, job):
        raise NotAllowed()
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state not in OVER_AGAIN:
        raise NotRetryable()
    job.state, job.finished_at, job.cancel_requested_at = JobState.QUEUED, None, None
    job.max_attempts = job.attempt + 3
    job.active_key = f"{job.kind}:retry:{job.pk}"
    job.progress, job.message, job.error_code, job.error_message = 0.0, "", "", ""
    job.due_at = timezone.now()
    job.save()
    record_in_project(
        project_id=job.project_id,
        by=by,
        action="job.retried",
        target_type="job",
        target_id=job.pk,
    )
    tell(job)
    wake_on_commit(job)
    return job
