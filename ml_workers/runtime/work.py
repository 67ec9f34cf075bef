"""The long-running worker: woken by the broker, and by a sweep that misses nothing."""

import logging
import os
import socket
import threading

import requests

from cmrkit.errors import CmrkitError
from ml_workers.errors import WorkerError
from ml_workers.runtime.child import Child
from ml_workers.runtime.client import Portal
from ml_workers.runtime.runner import Runner
from ml_workers.runtime.settings import Settings

log = logging.getLogger(__name__)
# what one round of the sweep may meet; the next round tries again
RECOVERABLE = (requests.RequestException, WorkerError, CmrkitError, KeyError, ValueError)


def make_portal(settings: Settings) -> Portal:
    return Portal(settings.portal_url, settings.token, f"{socket.gethostname()}:{os.getpid()}")


def make_runner(settings: Settings) -> Runner:
    return Runner(make_portal(settings), Child(), beat_s=settings.beat_s)


class Sweep:
    """Asks the portal every few seconds for jobs whose message never came."""

    def __init__(self, portal: Portal, runner: Runner, every_s: float) -> None:
        self._portal = portal
        self._runner = runner
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True, name="sweep")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def once(self) -> None:
        """Run everything that is due, one after the other."""
        for job_id in self._portal.due():
            if self._stopped.is_set():
                return
            self._runner.run(job_id)

    def _loop(self) -> None:
        reachable = True
        while not self._stopped.wait(self._every_s):
            try:
                self.once()
                reachable = True
            except (
                requests.RequestException,
                WorkerError,
                CmrkitError,
                KeyError,
                ValueError,
            ) as error:
                if reachable:
                    log.warning("The sweep can't ask the portal: %s", type(error).__name__)
                reachable = False


def work() -> int:
    """Serve until stopped, as ``celery -A ml_workers.celery_app worker`` would."""
    from ml_workers.celery_app import app

    app.worker_main(
        [
            "worker",
            "--pool",
            "solo",
            "--concurrency",
            "1",
            "--loglevel",
            "info",
            "--without-mingle",
            "--without-gossip",
        ]
    )
    return 0
