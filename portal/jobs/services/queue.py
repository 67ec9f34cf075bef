"""Asking for work, cancelling it, trying again."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from cmrkit.contracts import QUEUE_OF, JobKind, Priority
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.errors import NotAllowed
from portal.jobs.models import Job
from portal.jobs.selectors import may_control
from portal.jobs.services.moving import move
from portal.jobs.services.telling import tell
from portal.jobs.services.waking import wake_on_commit
from portal.jobs.states import Event
from portal.projects.models import Project

_AT_ONCE = 500  # rows per statement


@dataclass(frozen=True)
class Ask:
    """One piece of work among many."""

    title: str
    payload: dict[str, Any]
    active_key: str
    case: Case | None = None


def enqueue(
    *,
    by: User | None,
    project: Project,
    kind: JobKind,
    title: str,
    payload: dict[str, Any],
    active_key: str,
    case: Case | None = None,
    priority: Priority = Priority.NORMAL,
) -> Job:
    """The one way to ask for work. While a job with the same ``active_key`` is active that job is
    the answer, made as urgent as it is asked for now. The worker is woken once the caller's
    transaction has committed."""
    known = Job.objects.filter(active_key=active_key).first()
    if known is not None:
        return _hastened(known, priority)
    ask = Ask(title, payload, active_key, case)
    try:
        with transaction.atomic():
            job = _row(by, project, kind, priority, ask)
            job.save()
    except IntegrityError:
        return _hastened(Job.objects.get(active_key=active_key), priority)
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
def enqueue_batch(*, by: User | None, project: Project, kind: JobKind, asks: list[Ask]) -> int:
    """Ask for many at once, behind everything that a person waits for; answers how many are new.
    One audit row tells of them all."""
    keys = [ask.active_key for ask in asks]
    active = set(Job.objects.filter(active_key__in=keys).values_list("active_key", flat=True))
    rows = [
        _row(by, project, kind, Priority.BATCH, ask) for ask in asks if ask.active_key not in active
    ]
    # another process may ask for the same at this moment: whoever comes second adds nothing
    Job.objects.bulk_create(rows, _AT_ONCE, ignore_conflicts=True)
    made = list(Job.objects.filter(pk__in=[row.pk for row in rows]).select_related("project"))
    if made:
        record_in_project(
            project_id=project.pk,
            by=by,
            action="job.batch_queued",
            target_type="project",
            target_id=project.pk,
            details={"kind": str(kind), "jobs": len(made)},
        )
        tell(made[-1])
        wake_on_commit(made[-1])
    return len(made)


def _row(by: User | None, project: Project, kind: JobKind, priority: Priority, ask: Ask) -> Job:
    return Job(
        project=project,
        case=ask.case,
        kind=kind,
        queue=QUEUE_OF[kind],
        priority=priority,
        max_attempts=settings.ACCORD_JOB_ATTEMPTS,
        title=ask.title[:160],
        payload=ask.payload,
        active_key=ask.active_key,
        requested_by=by,
    )


def _hastened(job: Job, priority: Priority) -> Job:
    """Somebody waits now for what was asked for in a batch."""
    if job.priority < priority:
        Job.objects.filter(pk=job.pk).update(priority=priority)
        job.priority = priority
    return job


@transaction.atomic
def cancel(*, by: User, job: Job) -> Job:
    """Waiting work ends at once; running work ends when its worker hears of it."""
    if not may_control(by, job):
        raise NotAllowed()
    job = Job.objects.select_for_update().get(pk=job.pk)
    move(job, Event.CANCEL)
    job.cancel_requested_at = job.finished_at
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
    move(job, Event.RETRY)
    job.cancel_requested_at = None
    job.max_attempts = job.attempt + settings.ACCORD_JOB_ATTEMPTS
    job.active_key = f"{job.kind}:retry:{job.pk}"
    job.progress, job.message, job.error_code, job.error_message = 0.0, "", "", ""
    job.error_places = ""
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
