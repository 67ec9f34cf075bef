"""The Celery application of the workers: ``celery -A ml_workers.celery_app worker --pool solo``.

The pool is solo because the work happens in a child process that the runner can kill. Which queues
are served: ``-Q gpu,io`` on the command line, else ACCORD_WORKER_QUEUES, else all.
"""

from typing import Any

from celery import Celery
from celery.signals import worker_ready, worker_shutdown
from kombu.entity import Queue

from cmrkit.contracts.broker import broker_settings
from ml_workers.runtime.settings import Settings
from ml_workers.runtime.work import Sweep, make_portal, make_runner

settings = Settings.from_environment()
app = Celery("ml_workers", include=["ml_workers.tasks"])
app.conf.update(broker_settings(settings.broker_url, settings.broker_folder))
app.conf.task_queues = [Queue(name) for name in settings.queues]
portal = make_portal(settings)
runner = make_runner(settings, portal)
sweep = Sweep(runner, settings.sweep_s)


@worker_ready.connect
def _start_sweep(**_: Any) -> None:
    # what the command line chose is what the sweep asks for too
    portal.serve(app.amqp.queues.consume_from)
    sweep.start()


@worker_shutdown.connect
def _stop(**_: Any) -> None:
    sweep.stop()
    runner.close()
    portal.bye()
