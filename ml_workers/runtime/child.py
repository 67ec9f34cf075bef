"""The process that does the work: it can be killed at any moment, and stays warm between jobs."""

import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from cmrkit.contracts import Envelope
from cmrkit.contracts.traces import places_of
from cmrkit.errors import CmrkitError
from ml_workers.errors import WorkerError
from ml_workers.runtime.machine import memory_of

log = logging.getLogger(__name__)
Execute = Callable[[Envelope, "Messages"], dict[str, Any]]


@dataclass(frozen=True)
class Messages:
    """How a handler reports to the parent, which alone talks about progress to the portal."""

    connection: Connection

    def progress(self, fraction: float, message: str) -> None:
        self.connection.send(("progress", fraction, message))

    def point(self, point: dict[str, Any]) -> None:
        self.connection.send(("point", point))


def child_main(connection: Connection, execute_path: str) -> None:
    """Run jobs that come through the connection until it closes."""
    _die_with_parent()
    execute = _load(execute_path)
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        try:
            envelope = Envelope.from_json(job)
            connection.send(("done", execute(envelope, Messages(connection))))
        except BrokenPipeError:
            return
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is told
            connection.send(("failed", *_said(error)))


def _said(error: Exception) -> tuple[str, str, str]:
    """Code, sentence, and places in the code. What Python says of an error may quote the data: it
    stays in the worker's log."""
    places = places_of(error)
    if isinstance(error, (WorkerError, CmrkitError)):
        return error.code, str(error), places
    # a GPU's own error is known by name, so that torch need not be loaded to know it
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "out_of_memory", "The worker ran out of memory.", places
    log.error("A job failed", exc_info=error)
    return "internal_error", f"{type(error).__name__} in the worker.", places


def _load(path: str) -> Execute:
    from importlib import import_module

    module, _, name = path.partition(":")
    execute: Execute = getattr(import_module(module), name)
    return execute


def _die_with_parent() -> None:
    """A worker that was killed outright must leave no child computing for nobody."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Child:
    """A warm child process, started when first needed and again after a kill."""

    def __init__(self, execute_path: str = "ml_workers.handlers:execute") -> None:
        self._execute_path = execute_path
        self._process: Any = None
        self._connection: Connection | None = None

    def start(self, envelope: Envelope) -> None:
        """Give it a job; it must be idle."""
        if self._process is None or not self._process.is_alive():
            self._spawn()
        assert self._connection is not None
        self._connection.send(envelope.to_json())

    def receive(self, timeout_s: float) -> tuple[Any, ...] | None:
        """The next message, None if there is none in time; EOFError when the child has died."""
        assert self._connection is not None
        if not self._connection.poll(timeout_s):
            if not self._process.is_alive() and not self._connection.poll(0):
                raise EOFError
            return None
        try:
            message: tuple[Any, ...] = self._connection.recv()
        except OSError as error:
            raise EOFError from error
        return message

    def memory(self) -> int:
        """Bytes that it holds now; 0 where that can't be told."""
        return memory_of(self._process.pid) if self._process is not None else 0

    def kill(self) -> None:
        """End it now, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join(timeout=10)
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def _spawn(self) -> None:
        self.kill()
        # spawn: a forked child would share torch's threads and the parent's sockets
        context = multiprocessing.get_context("spawn")
        self._connection, far = context.Pipe()
        self._process = context.Process(
            target=child_main, args=(far, self._execute_path), daemon=True, name="accord-job"
        )
        self._process.start()
        far.close()
