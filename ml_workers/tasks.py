"""The one task: a job id in, nothing out. The envelope says everything else."""

import logging

import requests
from celery import shared_task

from cmrkit.contracts.broker import RUN_JOB_TASK

log = logging.getLogger(__name__)


@shared_task(name=RUN_JOB_TASK, soft_time_limit=6 * 3600, time_limit=6 * 3600 + 60)
def run_job_task(job_id: str) -> None:
    """Run the job if it is still to be run. A portal that can't be reached is left to the sweep:
    the job row knows that the job is due."""
    from ml_workers.celery_app import runner

    try:
        runner.run(job_id)
    except requests.RequestException as error:
        log.warning("Job %s could not be leased: %s", job_id, type(error).__name__)
