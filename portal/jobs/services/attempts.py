"""A worker's side of a job: lease, heartbeat, artefacts, result. An expired attempt is refused."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, transaction
from django.db.models import Q

from cmrkit.contracts import Envelope, JobKind
from cmrkit.contracts.traces import places_of
from cmrkit.errors import CmrkitError
from portal.core.errors import DomainError, NotFound
from portal.jobs.errors import AttemptExpired, NotDue
from portal.jobs.models import Job, JobArtifact, JobState
from portal.jobs.registry import kind_of, load_input
from portal.jobs.selectors import due_job_ids, of_the_portal, waiting_or_lost
from portal.jobs.services.moving import beat, fail, give_up, start, succeed
from portal.jobs.services.workers import meet
from portal.jobs.states import Event, may
from portal.jobs.workers import WorkerCard
from portal.storage import files
from portal.storage.services import put_chunks, release

_TOKEN_SALT, _INPUT_SALT = "accord.job.attempt", "accord.job.input"
NOT_PREPARABLE = "What this job needs is not there any more. Ask for it anew."
REFUSED = "The portal could not keep the result. Run the same version of portal and workers."
_MAX_AGE_S = 24 * 3600


def lease(*, job_id: UUID, worker: str) -> Envelope:
    """Give one attempt to one worker. Raises NotDue where another has it or it is over."""
    with transaction.atomic():
        job = claim(job_id=job_id, worker=worker, whose=~of_the_portal())
        if job.state == JobState.LEASED and (envelope := _prepared(job)):
            return envelope
    raise NotDue()


def _prepared(job: Job) -> Envelope | None:
    """The envelope; None where it can't be filled any more: that job fails, and keeps no other
    from its worker."""
    try:
        with transaction.atomic():
            return _envelope(job)
    except DatabaseError:
        raise
    except (DomainError, CmrkitError) as error:
        fail(job, code=error.code, message=str(error), places=places_of(error))
    except Exception as error:  # noqa: BLE001 - what it needs may be gone in any way
        fail(job, code="not_preparable", message=NOT_PREPARABLE, places=places_of(error))
    return None


def lease_next(worker: WorkerCard) -> Envelope | None:
    """The most urgent job that this worker may have, or None. Asking is a sign of life."""
    meet(worker)
    for job_id in due_job_ids(worker):
        try:
            return lease(job_id=job_id, worker=worker.name)
        except NotDue:  # another was quicker, or it was tried too often
            continue
    return None


def claim(*, job_id: UUID, worker: str, whose: Q) -> Job:
    """The job under lock, leased by this worker; or dead, when it was tried too often. Raises
    NotDue where it is none of ``whose``, another has it, or it is over."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound()
    if not Job.objects.filter(waiting_or_lost(), whose, pk=job_id).exists():
        raise NotDue()
    if job.attempt < job.max_attempts:
        start(job, worker)
    else:
        give_up(job)
    return job


def _envelope(job: Job) -> Envelope:
    base = f"{settings.ACCORD_PORTAL_URL}/api/v1/worker"
    token = signing.dumps([str(job.pk), job.attempt], salt=_TOKEN_SALT)

    def link(what: str, input_id: str) -> str:
        signed = signing.dumps([str(job.pk), job.attempt, what, input_id], salt=_INPUT_SALT)
        return f"{base}/inputs/{signed}/"

    work = kind_of(job).fill(job, link)
    return Envelope(
        job_id=str(job.pk),
        attempt=job.attempt,
        kind=JobKind(job.kind),
        inputs=work.inputs,
        models=work.models,
        params=work.params,
        heartbeat_url=f"{base}/jobs/{job.pk}/heartbeat/",
        artifact_url=f"{base}/jobs/{job.pk}/artifacts/",
        result_url=f"{base}/jobs/{job.pk}/result/",
        token=token,
        lease_seconds=settings.ACCORD_LEASE_S,
        time_limit_seconds=work.time_limit_s,
    )


def _current(job_id: UUID, token: str) -> Job:
    """The job under lock, if the token is that of its current attempt."""
    try:
        named, attempt = signing.loads(token, salt=_TOKEN_SALT, max_age=_MAX_AGE_S)
    except signing.BadSignature as error:
        raise AttemptExpired() from error
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or named != str(job.pk):
        raise NotFound()
    if attempt != job.attempt or not may(job.state, Event.BEAT):
        raise AttemptExpired()
    return job


@transaction.atomic
def heartbeat(
    *, job_id: UUID, token: str, progress: float, message: str, metrics: dict[str, Any]
) -> str:
    """Renew the lease; answers ``running``."""
    job = _current(job_id, token)
    beat(job, progress, message)
    if metrics:
        kind_of(job).note(job, metrics)
    return "running"


def take_artifact(*, job_id: UUID, token: str, name: str, chunks: Iterable[bytes]) -> JobArtifact:
    """Keep a file of this attempt; the same name again replaces it."""
    with transaction.atomic():
        _current(job_id, token)
    blob = put_chunks(chunks)
    with transaction.atomic():
        job = _current(job_id, token)
        place: dict[str, Any] = {"job": job, "attempt": job.attempt, "name": name[:80]}
        replaced = JobArtifact.objects.filter(**place).values_list("blob_id", flat=True).first()
        row, _ = JobArtifact.objects.update_or_create(**place, defaults={"blob": blob})
        if replaced is not None:
            release([replaced])
    return row


def artifact_of(job: Job, name: str) -> JobArtifact:
    row = JobArtifact.objects.filter(job=job, attempt=job.attempt, name=name).first()
    if row is None:
        raise NotFound(f"The worker handed in no {name}.")
    return row


def artifact_bytes(job: Job, name: str) -> bytes:
    return files.read_bytes(artifact_of(job, name).blob_id)


def take_result(*, job_id: UUID, token: str, succeeded: bool, output: dict[str, Any],
                error: dict[str, str] | None) -> None:  # fmt: skip
    """Close the attempt: what came of it and the job's state change together or not at all."""
    with transaction.atomic():
        job = _current(job_id, token)
        if succeeded:
            _finish(job, output)
        else:
            found = error or {}
            fail(
                job,
                code=found.get("code", "failed"),
                message=found.get("message", "The work failed."),
                places=found.get("places", ""),
            )


def _finish(job: Job, output: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            job.output = output
            kind_of(job).finish(job, output)
            succeed(job)
    except (DatabaseError, DomainError, CmrkitError):
        raise
    except Exception as error:  # noqa: BLE001 - another attempt would end the same way
        job.refresh_from_db()
        fail(job, code="result_refused", message=REFUSED, places=places_of(error))


def open_input(signed: str) -> tuple[bytes, str]:
    """An input of a current attempt, by its short-lived link."""
    try:
        job_id, attempt, what, input_id = signing.loads(
            signed, salt=_INPUT_SALT, max_age=_MAX_AGE_S
        )
    except signing.BadSignature as error:
        raise NotFound() from error
    if not Job.objects.filter(
        pk=job_id, attempt=attempt, state__in=[JobState.LEASED, JobState.RUNNING]
    ).exists():
        raise AttemptExpired()
    return load_input(what, input_id)
