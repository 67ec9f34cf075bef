"""A job's row as it goes from state to state: the one place that writes the state."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from cmrkit.contracts.traces import only_places
from portal.audit.services import record_in_project
from portal.jobs.models import ACTIVE_STATES, HELD_STATES, Job, JobState, Worker
from portal.jobs.retrying import passes, wait_after
from portal.jobs.services.telling import tell
from portal.jobs.states import Event, after

DEAD = "The work stopped every time it was tried. See the worker's log, then try again."


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.ACCORD_LEASE_S)


def move(job: Job, event: Event) -> None:
    """Put the event into a row that is locked; the caller saves it. Raises where ``after`` does."""
    job.state = after(job.state, event)
    now = timezone.now()
    if job.state in HELD_STATES:
        job.lease_expires_at = lease_end()
    else:
        job.lease_expires_at = None
    if job.state in ACTIVE_STATES:
        job.finished_at = None
    else:
        job.finished_at, job.active_key = now, None


def start(job: Job, worker: str) -> None:
    """The next attempt of a job that waits, or whose worker has gone silent."""
    move(job, Event.LEASE if job.state == JobState.QUEUED else Event.TAKE_OVER)
    now = timezone.now()
    job.attempt += 1
    job.worker, job.progress, job.message = worker[:120], 0.0, "Starting"
    job.error_code = job.error_message = ""
    job.started_at, job.attempt_started_at = job.started_at or now, now
    job.save()
    tell(job)


def beat(job: Job, progress: float, message: str) -> None:
    move(job, Event.BEAT)
    job.progress = min(max(progress, job.progress, 0.0), 1.0)
    job.message = message[:300]
    job.save(update_fields=["state", "progress", "message", "lease_expires_at"])
    Worker.objects.filter(pk=job.worker).update(last_seen_at=timezone.now())
    tell(job)


def succeed(job: Job) -> None:
    move(job, Event.SUCCEED)
    job.progress, job.message = 1.0, "Done"
    job.error_code = job.error_message = job.error_places = ""
    _ended(job, "")


def fail(job: Job, *, code: str, message: str, places: str = "") -> None:
    """An attempt that came to nothing. An error that may pass is tried again after a while, until
    the tries are used up; any other ends the job."""
    job.error_code, job.error_message = code[:60], message[:500]
    job.error_places = only_places(places)
    if not passes(code):
        move(job, Event.FAIL)
    elif job.attempt >= job.max_attempts:
        move(job, Event.GIVE_UP)
    else:
        _try_later(job)
        return
    _ended(job, code)


def give_up(job: Job) -> None:
    """A job whose workers fell silent too often. What an earlier attempt said of itself stays."""
    move(job, Event.GIVE_UP)
    job.error_code, job.error_message = "too_many_attempts", DEAD
    _ended(job, job.error_code)


def _try_later(job: Job) -> None:
    move(job, Event.TRY_LATER)
    wait = wait_after(job.attempt)
    job.due_at = timezone.now() + wait
    job.progress = 0.0
    job.message = f"Tried {job.attempt} of {job.max_attempts} times; waits for its next try"
    job.save()
    _record(job, "job.retry_due", job.error_code)
    tell(job)


def _ended(job: Job, code: str) -> None:
    job.save()
    _record(job, f"job.{job.state}", code)
    tell(job)


def _record(job: Job, action: str, code: str) -> None:
    record_in_project(
        project_id=job.project_id,
        by=None,
        action=action,
        target_type="job",
        target_id=job.pk,
        details={"kind": job.kind, "attempt": job.attempt, "code": code},
    )
