"""A worker without a process of its own: the real handlers, speaking the real contract with the
portal, through Django's client instead of a socket."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

from cmrkit.contracts import Envelope
from cmrkit.errors import CmrkitError
from ml_workers.errors import WorkerError
from ml_workers.handlers import perform
from portal.jobs.models import Job


@dataclass
class Attempt:
    """One attempt of one job; gives the handler its files and passes its reports on."""

    envelope: Envelope
    client: Client = field(default_factory=Client)

    def _ask(self, method: str, url: str, **options: Any) -> Any:
        parts = urlsplit(url)
        headers = {"Authorization": f"Bearer {self.envelope.token}"}
        return getattr(self.client, method)(parts.path, headers=headers, **options)

    def fetch(self, url: str) -> bytes:
        answer = self._ask("get", url)
        assert answer.status_code == 200, answer.content
        return bytes(answer.content)

    def put_artifact(self, name: str, data: bytes) -> None:
        answer = self._ask(
            "put",
            f"{self.envelope.artifact_url}{name}/",
            data=data,
            content_type="application/octet-stream",
        )
        assert answer.status_code == 200, answer.content

    def put_artifact_file(self, name: str, path: Path) -> None:
        self.put_artifact(name, path.read_bytes())

    def progress(self, fraction: float, message: str) -> None:
        self._beat({"progress": fraction, "message": message})

    def point(self, point: dict[str, Any]) -> None:
        self._beat({"metrics": {"points": [point]}})

    def _beat(self, body: dict[str, Any]) -> None:
        body = {"attempt": self.envelope.attempt, **body}
        answer = self._ask(
            "post", self.envelope.heartbeat_url, data=body, content_type="application/json"
        )
        assert answer.status_code == 200, answer.content

    def result(self, body: dict[str, Any]) -> Any:
        # all four fields, as the real client sends them
        body = {"attempt": self.envelope.attempt, "output": {}, "error": None, **body}
        return self._ask(
            "post", self.envelope.result_url, data=body, content_type="application/json"
        )


def lease(job: Job | uuid.UUID) -> Any:
    """The portal's answer to a worker that wants the job."""
    pk = job.pk if isinstance(job, Job) else job
    return Client().post(
        f"/api/v1/worker/jobs/{pk}/lease/",
        data={"worker": "test"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {settings.ACCORD_WORKER_TOKEN}"},
    )


def run_job(job: Job | uuid.UUID) -> Job:
    """Lease the job, do the work, hand in the result; answers the job as it stands then."""
    answer = lease(job)
    assert answer.status_code == 200, answer.content
    envelope = Envelope.from_json(answer.json())
    attempt = Attempt(envelope)
    try:
        output = perform(envelope, attempt, attempt)
        taken = attempt.result({"status": "succeeded", "output": output})
    except (WorkerError, CmrkitError) as error:
        failure = {"code": error.code, "message": str(error)}
        taken = attempt.result({"status": "failed", "error": failure})
    assert taken.status_code == 200, taken.content
    return Job.objects.get(pk=envelope.job_id)
