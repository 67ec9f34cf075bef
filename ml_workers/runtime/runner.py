"""Running one job: lease it, let the child work, keep the portal informed, end it one way."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import requests

from cmrkit.contracts import Envelope
from ml_workers.errors import LeaseLost, ResultRefused
from ml_workers.runtime.child import Child
from ml_workers.runtime.client import Attempt, Error, Portal

POLL_S = 0.2
CRASHED = "The worker's process ended early; it may have run out of memory."
log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How an attempt ended, as seen here."""

    NOTHING = "nothing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LEASE_LOST = "lease_lost"


@dataclass
class _Report:
    """What the next heartbeat will say."""

    progress: float = 0.0
    message: str = "Starting"
    points: list[dict[str, Any]] = field(default_factory=list)


class Runner:
    """One job at a time; a second caller is turned away, because the first goes on until nothing
    is due."""

    def __init__(
        self, portal: Portal, child: Child, *, beat_s: float = 1.5, memory_limit: int = 0
    ) -> None:
        self._portal = portal
        self._child = child
        self._beat_s = beat_s
        self._memory_limit = memory_limit  # bytes of the child; 0: none
        self._busy = threading.Lock()

    def drain(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Do what is due, the most urgent first, asking anew after each; answers how many were
        done. Raises requests.RequestException when the portal can't be reached for a lease."""
        if not self._busy.acquire(blocking=False):
            return 0
        try:
            done = 0
            while not stopped() and self._next() != Outcome.NOTHING:
                done += 1
            return done
        finally:
            self._busy.release()

    def _next(self) -> Outcome:
        envelope = self._portal.next()
        if envelope is None:
            return Outcome.NOTHING
        outcome = self._run(envelope)
        log.info("Job %s, attempt %s: %s", envelope.job_id, envelope.attempt, outcome)
        return outcome

    def close(self) -> None:
        self._child.kill()

    def _run(self, envelope: Envelope) -> Outcome:
        attempt, report = Attempt(envelope), _Report()
        deadline = time.monotonic() + envelope.time_limit_seconds
        next_beat = 0.0
        self._child.start(envelope)
        while True:
            try:
                message = self._child.receive(POLL_S)
            except EOFError:
                self._child.kill()
                return self._fail(attempt, Error("worker_crashed", CRASHED))
            if message is not None and (ended := self._take(attempt, report, message)):
                return ended
            if time.monotonic() > deadline:
                self._child.kill()
                limit = f"{envelope.time_limit_seconds:.0f} s"
                said = f"Stopped at the time limit of {limit}."
                return self._fail(attempt, Error("timed_out", said))
            if self._memory_limit and self._child.memory() > self._memory_limit:
                self._child.kill()
                said = f"Stopped at the memory limit of {self._memory_limit / 2**20:.0f} MB."
                return self._fail(attempt, Error("out_of_memory", said))
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + self._beat_s
                if stopped := self._beat(attempt, report):
                    self._child.kill()
                    return stopped

    def _take(self, attempt: Attempt, report: _Report, message: tuple[Any, ...]) -> Outcome | None:
        kind, *values = message
        if kind == "progress":
            report.progress, report.message = float(values[0]), str(values[1])
        elif kind == "point":
            report.points.append(values[0])
        elif kind == "failed":
            error = Error(*(str(value) for value in values))
            if error.code == "out_of_memory":
                # what it holds, nobody knows: the next job starts with a fresh one
                self._child.kill()
            return self._fail(attempt, error)
        elif kind == "done":
            # the last points must arrive before the job is closed to them
            if report.points and (stopped := self._beat(attempt, report)):
                return stopped
            return self._hand_in(attempt, values[0])
        return None

    def _hand_in(self, attempt: Attempt, output: dict[str, Any]) -> Outcome:
        try:
            taken = attempt.post_result(output, None)
        except ResultRefused as error:
            # said, not left to the lease: another attempt would end the same way
            log.error("%s", error)
            return self._fail(attempt, Error(error.code, str(error)))
        return Outcome.SUCCEEDED if taken else Outcome.LEASE_LOST

    def _beat(self, attempt: Attempt, report: _Report) -> Outcome | None:
        """An outcome when the work is no longer wanted. A portal that can't be reached is waited
        for: it restarts, and the lease decides."""
        sent = list(report.points)
        try:
            cancelled = attempt.beat(report.progress, report.message, sent)
        except LeaseLost:
            return Outcome.LEASE_LOST
        except requests.RequestException as error:
            log.warning("The portal can't be reached: %s", type(error).__name__)
            return None
        del report.points[: len(sent)]
        return Outcome.CANCELLED if cancelled else None

    def _fail(self, attempt: Attempt, error: Error) -> Outcome:
        attempt.post_result(None, error)
        return Outcome.FAILED
