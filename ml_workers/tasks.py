"""The one task: a message that wakes. What to do is asked of the portal, which knows what is most
urgent; the job that the message names may be done long since, or have to wait."""

import logging
from typing import Any

from celery import shared_task

from cmrkit.contracts.broker import RUN_JOB_TASK
from ml_workers.runtime.work import RECOVERABLE

log = logging.getLogger(__name__)


@shared_task(name=RUN_JOB_TASK, soft_time_limit=6 * 3600, time_limit=6 * 3600 + 60)
def run_job_task(_job_id: str, **_: Any) -> None:
    """Do what is due. A portal that can't be reached is left to the sweep: the job row knows."""
    from ml_workers.celery_app import runner

    try:
        runner.drain()
    except RECOVERABLE as error:
        log.warning("Nothing could be leased: %s", type(error).__name__)
