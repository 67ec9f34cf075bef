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
from ml_workers.runtime.machine import code_version, gpu_name
from ml_workers.runtime.runner import Runner
from ml_workers.runtime.settings import Settings

log = logging.getLogger(__name__)
# what one round of the sweep may meet; the next round tries again
RECOVERABLE = (requests.RequestException, WorkerError, CmrkitError, KeyError, ValueError)


def make_portal(settings: Settings) -> Portal:
    gpu = gpu_name()
    card = {
        "worker": f"{socket.gethostname()}:{os.getpid()}",
        "queues": list(settings.queues),
        "device": gpu or "cpu",
        "has_gpu": bool(gpu),
        "version": code_version(),
    }
    return Portal(settings.portal_url, settings.token, card)


def make_runner(settings: Settings, portal: Portal) -> Runner:
    return Runner(portal, Child(), beat_s=settings.beat_s, memory_limit=settings.memory_limit)


class Sweep:
    """Asks the portal every few seconds for jobs whose message never came. Asking also tells the
    portal that an idle worker is there."""

    def __init__(self, runner: Runner, every_s: float) -> None:
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
        self._runner.drain(self._stopped.is_set)

    def _loop(self) -> None:
        reachable = True
        wait_s = 0.0  # the first question is also the introduction
        while not self._stopped.wait(wait_s):
            wait_s = self._every_s
            try:
                self.once()
                reachable = True
            except RECOVERABLE as error:
                if reachable:
                    log.warning("The sweep can't ask the portal: %s", type(error).__name__)
                reachable = False


def work(queues: str = "") -> int:
    """Serve until stopped, as ``celery -A ml_workers.celery_app worker`` would; ``queues`` such as
    ``gpu,io`` instead of those that the environment names."""
    if queues:
        os.environ["ACCORD_WORKER_QUEUES"] = queues
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
