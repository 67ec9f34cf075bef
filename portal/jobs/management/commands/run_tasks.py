"""``manage.py run_tasks``: the work that the portal does itself, and its chores."""

import logging
import os
import signal
import socket
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from portal.jobs.services.chores import run_due_chores
from portal.jobs.services.portal_work import perform, take_portal_job
from portal.jobs.services.workers import farewell

logger = logging.getLogger(__name__)
IDLE_S = 1.0
CHORES_S = 5.0  # how late a chore may come


class Command(BaseCommand):
    help = (
        "Does what needs the database and takes long: pulling from archives, large plans, and "
        "periodic chores. One process is enough; several may run. TERM ends it after the current "
        "file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        worker = f"portal {socket.gethostname()}:{os.getpid()}"
        if once:
            run_due_chores()
        else:
            threading.Thread(target=_do_chores, args=(stopping,), daemon=True).start()
        beside = threading.Thread(
            target=_work, args=(worker, stopping), kwargs={"short": True}, daemon=True
        )
        if not once:
            beside.start()
        _work(worker, stopping, once=once)
        if not once:
            beside.join()
        try:
            farewell(worker)
        except DatabaseError as error:
            logger.warning("no farewell: %s", type(error).__name__)


def _work(
    worker: str, stopping: threading.Event, *, once: bool = False, short: bool = False
) -> None:
    """One job after the other. A second thread takes short ones alone, so that nobody waits for
    hours behind a pull."""
    while not stopping.is_set():
        busy = _round(worker, stopping, short=short)
        if once and not busy:
            break
        if not busy:
            stopping.wait(IDLE_S)
    if short:
        connection.close()  # this thread's own


def _round(worker: str, stopping: threading.Event, *, short: bool) -> bool:
    """Whether there was a job to do. A database that is away is waited for."""
    try:
        close_old_connections()
        job = take_portal_job(worker, short=short)
        if job is None:
            return False
        state = perform(job, stopping)
        logger.info("job %s, attempt %s: %s", job.pk, job.attempt, state)
    except DatabaseError as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        return False
    return True


def _do_chores(stopping: threading.Event) -> None:
    """Beside the jobs, so that a long one holds up no chore."""
    while not stopping.is_set():
        try:
            close_old_connections()
            run_due_chores()
        except DatabaseError as error:
            logger.warning("no chores: %s", type(error).__name__)
        stopping.wait(CHORES_S)
