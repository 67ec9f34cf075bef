"""HTTP between a worker and the portal. Tokens and signed addresses never reach a log."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import requests

from cmrkit.contracts import Envelope
from ml_workers.errors import InputUnavailable, LeaseLost, ResultRefused

Timeout = tuple[float, float]
TIMEOUT_S: Timeout = (5, 60)  # to connect, to answer
LARGE_TIMEOUT_S: Timeout = (5, 900)  # the portal hashes and syncs gigabytes before it answers
GONE = (401, 403, 404, 409, 410)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Error:
    """Why an attempt failed, as the portal stores it."""

    code: str
    message: str
    places: str = ""  # in the code; see cmrkit.contracts.traces


def _told(error: Error) -> dict[str, str]:
    return {"code": error.code, "message": error.message[:500], "places": error.places}


def _session(token: str) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    # a proxy or .netrc of the machine must not see, or replace, the worker's token
    session.trust_env = False
    return session


class Portal:
    """What a worker asks before it has a job."""

    def __init__(self, url: str, token: str, card: dict[str, Any]) -> None:
        self._base = f"{url}/api/v1/worker"
        self._session = _session(token)
        self._card = card

    def serve(self, queues: Iterable[str]) -> None:
        """Ask for jobs of these queues from now on."""
        self._card = {**self._card, "queues": list(queues)}

    def next(self) -> Envelope | None:
        """The most urgent job for this worker, leased to it, or None. Asking says that the worker
        lives, and what it is."""
        answer = self._session.post(f"{self._base}/next/", json=self._card, timeout=TIMEOUT_S)
        answer.raise_for_status()
        envelope = answer.json()["envelope"]
        return None if envelope is None else Envelope.from_json(envelope)

    def bye(self) -> None:
        """Say that this worker ends; a portal that can't be reached will notice."""
        try:
            card = {"worker": self._card["worker"]}
            self._session.post(f"{self._base}/bye/", json=card, timeout=(1, 2))
        except requests.RequestException:
            pass


class Attempt:
    """What a worker says about one attempt of one job."""

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self._session = _session(envelope.token)

    def fetch(self, url: str) -> bytes:
        """The bytes behind an input's address; raises InputUnavailable after three tries."""
        for wait_s in (0.5, 2.0, 0.0):
            try:
                answer = self._session.get(url, timeout=TIMEOUT_S)
                if answer.ok:
                    return answer.content
                if answer.status_code < 500:
                    raise InputUnavailable(f"The portal answered {answer.status_code}.")
            except requests.RequestException as error:
                log.warning("An input could not be fetched: %s", type(error).__name__)
            time.sleep(wait_s)
        raise InputUnavailable("The portal did not hand out an input of this job.")

    def beat(self, progress: float, message: str, points: list[dict[str, Any]]) -> bool:
        """Say that the attempt lives. True when the job was cancelled.

        Raises LeaseLost when the portal no longer counts on this attempt, and
        requests.RequestException when it can't be reached.
        """
        answer = self._session.post(
            self._envelope.heartbeat_url,
            json={
                "attempt": self._envelope.attempt,
                "progress": round(min(1.0, max(0.0, progress)), 4),
                "message": message[:300],
                "metrics": {"points": points} if points else {},
            },
            timeout=(3, 10),
        )
        if answer.status_code in GONE:
            raise LeaseLost(f"The portal answered {answer.status_code} to a heartbeat.")
        answer.raise_for_status()
        return str(answer.json()["state"]) == "cancel"

    def put_artifact(self, name: str, data: bytes) -> None:
        """Hand in a file of this attempt; raises LeaseLost or InputUnavailable."""
        self._put(name, lambda: BytesIO(data), TIMEOUT_S)

    def put_artifact_file(self, name: str, path: Path) -> None:
        """The same from a disk, streamed: it is never in memory as a whole."""
        self._put(name, lambda: path.open("rb"), LARGE_TIMEOUT_S)

    def _put(self, name: str, opened: Callable[[], IO[bytes]], timeout_s: Timeout) -> None:
        url = f"{self._envelope.artifact_url}{name}/"
        for wait_s in (0.5, 2.0, 5.0):
            try:
                with opened() as data:
                    answer = self._session.put(url, data=data, timeout=timeout_s)
                if answer.ok:
                    return
                if answer.status_code in GONE:
                    raise LeaseLost(f"The portal answered {answer.status_code} to an artefact.")
            except requests.RequestException as error:
                log.warning("An artefact could not be handed in: %s", type(error).__name__)
            time.sleep(wait_s)
        raise InputUnavailable("The portal did not take an artefact of this job.")

    def post_result(self, output: dict[str, Any] | None, error: Error | None) -> bool:
        """Post the outcome, trying for as long as a lease lasts. False when it was not taken;
        raises ResultRefused when the portal has no use for what it says."""
        body = {
            "attempt": self._envelope.attempt,
            "status": "failed" if error else "succeeded",
            "error": _told(error) if error else None,
            "output": output or {},
        }
        until = time.monotonic() + self._envelope.lease_seconds
        while True:
            try:
                answer = self._session.post(self._envelope.result_url, json=body, timeout=TIMEOUT_S)
                if answer.ok:
                    return True
                if answer.status_code in GONE:
                    return False
                if answer.status_code < 500:
                    raise ResultRefused(
                        f"The portal could not take the result ({answer.status_code}). "
                        "Run the same version of both."
                    )
            except requests.RequestException as failure:
                log.warning("A result could not be posted: %s", type(failure).__name__)
            if time.monotonic() > until:
                return False
            time.sleep(1.0)
