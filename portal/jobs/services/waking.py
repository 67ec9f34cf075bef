"""Waking a worker. Losing the message loses nothing: workers also ask what is due."""

import logging
from functools import lru_cache
from uuid import UUID

from celery import Celery
from django.conf import settings
from django.db import transaction

from cmrkit.contracts import PORTAL_WORK
from cmrkit.contracts.broker import RUN_JOB_TASK, STALE_AFTER_S, broker_settings
from portal.jobs.models import Job

logger = logging.getLogger(__name__)


@lru_cache
def _broker() -> Celery:
    app = Celery("accord-portal")
    app.conf.update(broker_settings(settings.CELERY_BROKER_URL, settings.ACCORD_BROKER_DIR))
    return app


def wake_on_commit(job: Job) -> None:
    """Work of the portal needs no waking: ``run_tasks`` looks for it."""
    if job.kind not in PORTAL_WORK:
        transaction.on_commit(lambda: wake(job.pk, job.queue), robust=True)


def wake(job_id: UUID, queue: str) -> None:
    """Send the id; a broker that is away is logged, and the sweep finds the job."""
    try:
        _broker().send_task(
            RUN_JOB_TASK, args=[str(job_id)], queue=queue, expires=STALE_AFTER_S, retry=False
        )
    except Exception as error:  # noqa: BLE001 - whatever the transport raises
        logger.warning("broker did not take a job: %s", type(error).__name__)
