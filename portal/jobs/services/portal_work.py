"""Work that the portal does itself: leased, reported and ended by the rules of workers' jobs."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cmrkit.contracts import JobQueue
from cmrkit.contracts.traces import places_of
from cmrkit.errors import CmrkitError
from portal.core.errors import DomainError
from portal.jobs.errors import AttemptExpired, NotDue, TimedOut, WorkInterrupted, WorkStopped
from portal.jobs.models import HELD_STATES, Job, JobState
from portal.jobs.registry import portal_work_of
from portal.jobs.selectors import due_portal_job_ids, of_the_portal
from portal.jobs.services.attempts import claim
from portal.jobs.services.moving import beat, fail, lease_end, move, succeed
from portal.jobs.services.telling import tell
from portal.jobs.services.workers import meet
from portal.jobs.states import Event
from portal.jobs.workers import WorkerCard

logger = logging.getLogger(__name__)
_REPORT_EVERY_S = 1.0


def take_portal_job(worker: str, *, short: bool = False) -> Job | None:
    """The most urgent due job of the portal (with ``short``, of those that don't take long),
    leased; None when there is none."""
    meet(WorkerCard(worker, (JobQueue.IO.value,), device="portal", version=settings.ACCORD_VERSION))
    for job_id in due_portal_job_ids(short=short):
        try:
            with transaction.atomic():
                job = claim(job_id=job_id, worker=worker, whose=of_the_portal())
        except NotDue:
            continue
        if job.state == JobState.LEASED:
            return job
        _say_ended(job)
    return None


def _attempt(job: Job) -> Any:
    """The rows of this attempt while it counts: one, or none."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state__in=HELD_STATES)


class AttemptReporter:
    """Writes progress at most once a second, and hears a stop at every call."""

    def __init__(self, job: Job, interrupted: threading.Event, time_limit_s: float) -> None:
        self._job = job
        self._interrupted = interrupted
        self._deadline = time.monotonic() + time_limit_s
        self._next = 0.0
        self._looked = 0.0

    def progress(self, fraction: float, message: str) -> None:
        now = time.monotonic()
        if now < self._next:
            return self.check()
        self._next = now + _REPORT_EVERY_S
        self._obey()
        with transaction.atomic():
            job = _attempt(self._job).select_for_update().first()
            if job is None:
                raise AttemptOver()
            beat(job, fraction, message)
        return None

    def check(self) -> None:
        self._obey()
        now = time.monotonic()
        if now - self._looked >= _REPORT_EVERY_S / 4:
            self._looked = now
            if not _attempt(self._job).exists():
                raise AttemptOver()

    def _obey(self) -> None:
        if self._interrupted.is_set():
            raise WorkInterrupted()
        if time.monotonic() > self._deadline:
            raise TimedOut()

    @property
    def over_time(self) -> bool:
        return time.monotonic() > self._deadline


class AttemptOver(WorkStopped):
    """Cancelled, or taken by another after a silence: what is said now no longer counts."""

    code = AttemptExpired.code
    message = AttemptExpired.message


class _Pulse(threading.Thread):
    """Keeps the lease while one long step (a large file) says nothing. Past the time limit it
    stops, so that work which hangs is taken over in the end."""

    def __init__(self, job: Job, reporter: AttemptReporter) -> None:
        super().__init__(daemon=True, name="lease")
        self._job, self._reporter = job, reporter
        self._ended = threading.Event()

    def run(self) -> None:
        try:
            while not self._ended.wait(settings.ACCORD_LEASE_S / 3):
                if self._reporter.over_time:
                    return
                try:
                    _attempt(self._job).update(lease_expires_at=lease_end())
                except DatabaseError as error:
                    logger.warning("a lease was not renewed: %s", type(error).__name__)
        finally:
            connection.close()

    def stop(self) -> None:
        self._ended.set()
        self.join(timeout=5)


def perform(job: Job, interrupted: threading.Event, *, pulse: bool = True) -> JobState:
    """Run a leased job to one end; answers the state it is left in."""
    work = portal_work_of(job)
    reporter = AttemptReporter(job, interrupted, work.time_limit_s)
    beat = _Pulse(job, reporter)
    if pulse:
        beat.start()
    try:
        return _run(job, lambda: work.run(job, reporter))
    finally:
        if pulse:
            beat.stop()


def _run(job: Job, run: Callable[[], dict[str, Any]]) -> JobState:
    try:
        output = run()
    except WorkInterrupted:
        return _give_back(job)
    except AttemptOver:
        left = Job.objects.get(pk=job.pk)
        if left.state == JobState.CANCELLED:
            _say_ended(left)
        return JobState(left.state)
    except (DomainError, CmrkitError) as error:
        return _end(job, error=Failure(error.code, str(error)))
    except DatabaseError as error:
        # nothing can be written down: the lease ends, and the job is tried again
        logger.error("a job lost the database: %s", type(error).__name__)
        return JobState.LEASED
    except Exception as error:  # noqa: BLE001 - whatever the work raises, the job ends
        # the traceback may quote the data: its kind alone is kept
        logger.error("job %s failed: %s", job.pk, type(error).__name__)
        said = f"{type(error).__name__} in the portal. See its log, then try again."
        return _end(job, error=Failure("internal_error", said, places_of(error)))
    return _end(job, output=output)


@dataclass(frozen=True)
class Failure:
    """Why the work came to nothing, in a code, a sentence and places in the code."""

    code: str
    message: str
    places: str = ""


def _end(
    job: Job, *, output: dict[str, Any] | None = None, error: Failure | None = None
) -> JobState:
    with transaction.atomic():
        row = _attempt(job).select_for_update().first()
        if row is None:
            return JobState(Job.objects.get(pk=job.pk).state)
        row.output = output
        if error is None:
            succeed(row)
        else:
            fail(row, code=error.code, message=error.message, places=error.places)
    if row.state in (JobState.FAILED, JobState.DEAD):
        _say_ended(row)
    return JobState(row.state)


def _say_ended(job: Job) -> None:
    try:
        portal_work_of(job).ended(job)
    except Exception as error:  # noqa: BLE001 - the job is over whatever happens here
        logger.error("job %s was not tidied up: %s", job.pk, type(error).__name__)


def _give_back(job: Job) -> JobState:
    """Queued again at once; being asked to stop is no failed try."""
    with transaction.atomic():
        row = _attempt(job).select_for_update().first()
        if row is None:
            return JobState(Job.objects.get(pk=job.pk).state)
        move(row, Event.GIVE_BACK)
        row.due_at = timezone.now()
        row.max_attempts += 1
        row.message = "Waiting to go on"
        row.save()
        tell(row)
    return JobState.QUEUED
