"""Reading jobs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cmrkit.contracts import PORTAL_WORK, JobKind, JobQueue, Priority
from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.jobs.models import HELD_STATES, Job, JobState, Worker
from portal.jobs.states import Event, may
from portal.jobs.workers import WorkerCard
from portal.projects.roles import Permission
from portal.projects.selectors import (
    has_permission,
    projects_with,
    users_with,
    visible_projects,
)

EARLIEST_GUESS = 0.02  # of the way: before that no time can be told


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
    """Who sees the project's jobs, and whoever asked for it as long as they see the project."""
    people = users_with(Permission.VIEW_JOBS, job.project_id)
    asked = job.requested_by
    if asked is None or not asked.is_active:
        return people
    still_there = visible_projects(asked).filter(pk=job.project_id).exists()
    return people | ({asked.pk} if still_there else set())


def waiting_or_lost() -> Q:
    """Jobs a worker may take: waiting ones, and those whose worker has gone silent."""
    now = timezone.now()
    lost = Q(state__in=HELD_STATES, lease_expires_at__lt=now)
    return Q(state=JobState.QUEUED, due_at__lte=now) | lost


LONG_WORK = frozenset({JobKind.PULL})  # hours, from a slow archive


def of_the_portal() -> Q:
    """Jobs that the portal does itself; workers are never handed one, nor the portal another."""
    return Q(kind__in=PORTAL_WORK)


def due_job_ids(worker: WorkerCard | None = None, limit: int = 20) -> list[UUID]:
    """What waits for a worker, the most urgent first, then the oldest; with ``worker``, what
    waits for that one."""
    rows = Job.objects.filter(waiting_or_lost(), ~of_the_portal())
    if worker is not None:
        rows = rows.filter(queue__in=worker.serves).exclude(_left_to_gpus(worker))
    return _most_urgent(rows, limit)


def due_portal_job_ids(limit: int = 20, *, short: bool = False) -> list[UUID]:
    """What waits for the portal itself; with ``short``, what is done within minutes."""
    rows = Job.objects.filter(waiting_or_lost(), of_the_portal())
    return _most_urgent(rows.exclude(kind__in=LONG_WORK) if short else rows, limit)


def _most_urgent(rows: QuerySet[Job], limit: int) -> list[UUID]:
    ordered = rows.order_by("-priority", "due_at", "created_at")
    return list(ordered.values_list("pk", flat=True)[:limit])


def _left_to_gpus(worker: WorkerCard) -> Q:
    """Networks, while a worker with a GPU lives; but nobody waits for a long job on the GPU where
    a CPU is free."""
    gpus = [] if worker.has_gpu else _living_gpus()
    if not gpus:
        return Q(pk__in=[])
    networks = Q(queue=JobQueue.GPU)
    busy = Job.objects.filter(state__in=HELD_STATES, worker__in=gpus).values("worker").distinct()
    return networks if busy.count() < len(gpus) else networks & Q(priority__lt=Priority.PERSON)


def _living_gpus() -> list[str]:
    """Names of workers with a GPU that serve networks and were seen a moment ago."""
    seen = Worker.objects.filter(has_gpu=True, last_seen_at__gt=alive_since())
    return [worker.name for worker in seen if JobQueue.GPU in worker.queues]


def alive_since() -> datetime:
    """A worker that was seen since then is taken to be alive: it asks every 4 seconds, and speaks
    every 1.5 while it works."""
    return timezone.now() - timedelta(seconds=settings.ACCORD_LEASE_S)


def describe(job: Job) -> dict[str, Any]:
    """The job on the wire: no ids of people, no words of DICOM."""
    failed = bool(job.error_code)
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "queue": job.queue,
        "urgent": job.priority >= Priority.PERSON,
        "title": job.title,
        "state": job.state,
        "progress": job.progress,
        "eta_s": eta_s(job),
        "message": job.message,
        "error": {"code": job.error_code, "message": job.error_message} if failed else None,
        "case_id": str(job.case_id) if job.case_id else None,
        "project": job.project.slug,
        "model": job.payload.get("model"),
        "made_by": _made_by(job),
        "attempt": job.attempt,
        "max_attempts": job.max_attempts,
        "created_at": _iso(job.created_at),
        "due_at": _iso(job.due_at) if job.state == JobState.QUEUED else None,
        "finished_at": _iso(job.finished_at),
        "seconds": _seconds(job),
        "may_cancel": may(job.state, Event.CANCEL),
        "may_retry": may(job.state, Event.RETRY),
    }


# for who asked for a job on what they know by another name: a blinded reader for a draft
UNNAMED: dict[str, Any] = {"title": "Your request", "case_id": None}


def describe_to(user: User, job: Job) -> dict[str, Any]:
    """The job for one person: what they may do with it, and where it failed for an admin."""
    found = describe(job)
    if not (
        user.is_installation_admin or has_permission(user, Permission.VIEW_JOBS, job.project_id)
    ):
        found |= UNNAMED
    if not may_control(user, job):
        found["may_cancel"] = found["may_retry"] = False
    if user.is_installation_admin:
        found["error_places"] = job.error_places
    return found


def eta_s(job: Job) -> float | None:
    """Seconds until a running job is done, if it goes on as it went so far."""
    if job.state != JobState.RUNNING or job.attempt_started_at is None:
        return None
    if not EARLIEST_GUESS <= job.progress < 1.0:
        return None
    passed_s = (timezone.now() - job.attempt_started_at).total_seconds()
    return float(round(passed_s * (1.0 - job.progress) / job.progress))


def _seconds(job: Job) -> float | None:
    """How long the last attempt took."""
    if job.attempt_started_at is None or job.finished_at is None:
        return None
    return float(round((job.finished_at - job.attempt_started_at).total_seconds(), 1))


def _made_by(job: Job) -> dict[str, Any] | None:
    """What made the result, as the worker said it. Containers of others may say less."""
    said = (job.output or {}).get("made_by")
    if not isinstance(said, dict):
        return None
    models = [model for model in said.get("models", []) if isinstance(model, dict)]
    words = ("name", "version", "weights_sha256", "licence")
    return {
        "models": [{word: str(model.get(word, "")) for word in words} for model in models],
        "inputs": said.get("inputs", []),
        "artifacts": said.get("artifacts", {}),
        "code_version": str(said.get("code_version", "")),
        "device": str(said.get("device", "")),
        "seconds": said.get("seconds"),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
