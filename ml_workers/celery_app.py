"""The Celery application of the workers: ``celery -A ml_workers.celery_app worker --pool solo``.

The pool is solo because the work happens in a child process that the runner can kill.
"""

from typing import Any

from celery import Celery
from celery.signals import worker_ready, worker_shutdown

from cmrkit.contracts.broker import broker_settings
from ml_workers.runtime.settings import Settings
from ml_workers.runtime.work import Sweep, make_portal, make_runner

settings = Settings.from_environment()
app = Celery("ml_workers", include=["ml_workers.tasks"])
app.conf.update(broker_settings(settings.broker_url, settings.broker_folder))
runner = make_runner(settings)
sweep = Sweep(make_portal(settings), runner, settings.sweep_s)


@worker_ready.connect
def _start_sweep(**_: Any) -> None:
    sweep.start()


@worker_shutdown.connect
def _stop(**_: Any) -> None:
    sweep.stop()
    runner.close()
