"""Fetching many files over few connections; failures that may pass are tried again."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any, TypeVar

from portal.intake.errors import RemoteProblem, RemoteTooLarge, RemoteUnfit
from portal.intake.models import RemoteArchive
from portal.intake.remote.archive import Archive, InstanceRef
from portal.intake.vault.spool import Spooled, spool
from portal.storage.errors import FileTooLarge

CONNECTIONS = 3
TRIES = 5
FIRST_WAIT_S = 1.0  # then 2, 4, 8
_LOOK_EVERY_S = 0.5
T = TypeVar("T")


class _Stopped(Exception):
    """Nobody waits for the file any more."""


def patiently(ask: Callable[[], T], wait: Callable[[float], Any] = time.sleep) -> T:
    """``ask()``; what may pass is asked again after a pause, twice as long each time."""
    for tried in range(1, TRIES + 1):
        try:
            return ask()
        except RemoteProblem as problem:
            # a garbled answer may be a hiccup; twice is how the archive is
            tries = 2 if isinstance(problem, RemoteUnfit) else TRIES
            if not (problem.transient or isinstance(problem, RemoteUnfit)) or tried >= tries:
                raise
        wait(FIRST_WAIT_S * 2 ** (tried - 1))
    raise AssertionError("unreachable")


class Fetcher:
    """Files in the order in which they were asked for. Use as a context manager; ``look`` is called
    about twice a second and ends everything by raising."""

    def __init__(self, archive: RemoteArchive, look: Callable[[], None]) -> None:
        self._archive, self._look = archive, look
        self._stopped = threading.Event()
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="pull")

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def each(
        self, wanted: Iterable[tuple[int, InstanceRef]]
    ) -> Iterator[tuple[int, Spooled | RemoteProblem]]:
        """(number, the file or why there is none). The file is the caller's, to be discarded; few
        are fetched ahead."""
        ahead: deque[tuple[int, Future[Spooled]]] = deque()
        for number, ref in wanted:
            ahead.append((number, self._pool.submit(self._fetch, ref)))
            if len(ahead) > 2 * CONNECTIONS:
                yield self._result(*ahead.popleft())
        while ahead:
            yield self._result(*ahead.popleft())

    def _result(self, number: int, future: Future[Spooled]) -> tuple[int, Spooled | RemoteProblem]:
        while True:
            self._look()
            try:
                return number, future.result(timeout=_LOOK_EVERY_S)
            except RemoteProblem as problem:
                return number, problem
            except NotYet:
                if future.done():
                    raise

    def _fetch(self, ref: InstanceRef) -> Spooled:
        if not hasattr(self._local, "archive"):
            self._local.archive = Archive(self._archive)
        return patiently(lambda: self._once(ref), self._pause)

    def _once(self, ref: InstanceRef) -> Spooled:
        with self._local.archive.file(ref) as pieces:
            try:
                return spool(self._while_wanted(pieces))
            except FileTooLarge as error:
                raise RemoteTooLarge(str(error)) from error

    def _while_wanted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            if self._stopped.is_set():
                raise _Stopped()
            yield piece

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise _Stopped()
