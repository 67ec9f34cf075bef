"""Training runs in MLflow, where the installation names a server. A chore: a server that is away
holds up no training, and gets what it missed later."""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from portal.jobs.models import ACTIVE_STATES
from portal.modelhub.mlflow import Mlflow, Point, TrackingError, is_configured
from portal.modelhub.models import TrackedRun, TrainingPoint, TrainingRun

AT_ONCE = 20
STEPS_AT_ONCE = 200  # a slow server answers in time, and what it has is not sent again
log = logging.getLogger(__name__)


def track_trainings() -> int:
    """How many runs the server was told of. Runs that never left the queue are not sent."""
    if not is_configured():
        return 0
    rows = (
        TrainingRun.objects.filter(job__started_at__isnull=False)
        .exclude(tracked__closed_at__isnull=False)
        .select_related("dataset__project", "base_model", "job", "model", "tracked")
        .order_by("created_at")[:AT_ONCE]
    )
    server = Mlflow(
        settings.MLFLOW_TRACKING_URI,
        token=settings.MLFLOW_TRACKING_TOKEN,
        user=settings.MLFLOW_TRACKING_USERNAME,
        password=settings.MLFLOW_TRACKING_PASSWORD,
    )
    told = 0
    for row in rows:
        try:
            _track(server, row)
        except TrackingError as error:
            log.warning("tracking is put off: %s", error)
            break
        told += 1
    return told


def _track(server: Mlflow, run: TrainingRun) -> None:
    tracked = TrackedRun.objects.filter(run=run).first() or _begin(server, run)
    if tracked.last_step < 0:  # said again where it failed before; the same value is no change
        params = {key: str(value) for key, value in run.params.items()}
        server.log_params(tracked.mlflow_run_id, params)
    points = list(run.points.filter(step__gt=tracked.last_step).order_by("step"))
    for start in range(0, len(points), STEPS_AT_ONCE):
        some = points[start : start + STEPS_AT_ONCE]
        server.log_points(tracked.mlflow_run_id, _curve(run, some))
        tracked.last_step = some[-1].step
        tracked.save(update_fields=["last_step"])
    if run.job.state not in ACTIVE_STATES:
        server.end_run(tracked.mlflow_run_id, run.job.state, _ms(run.job.finished_at))
        tracked.closed_at = timezone.now()
        tracked.save(update_fields=["closed_at"])


def _curve(run: TrainingRun, points: list[TrainingPoint]) -> list[Point]:
    """When a point came in isn't recorded: a millisecond per step keeps the order, and a point that
    is told twice the same."""
    began = _ms(run.created_at)
    found = []
    for point in points:
        at = began + point.step
        found.append(Point("loss", point.loss, point.step, at))
        if point.val_dice is not None:
            found.append(Point("val_dice", point.val_dice, point.step, at))
    return found


def _begin(server: Mlflow, run: TrainingRun) -> TrackedRun:
    """The row is kept at once, so that a failure after it makes no second run there."""
    dataset, base = run.dataset, run.base_model
    experiment = server.experiment(settings.MLFLOW_EXPERIMENT_NAME)
    name = f"{run.params.get('name', 'training')} {run.params.get('version', '')}".strip()
    tags = {
        "accord.project": dataset.project.slug,
        "accord.training_run": str(run.pk),
        "accord.dataset": f"{dataset.name} {dataset.version}",
        "accord.dataset_sha256": dataset.content_hash,
        "accord.base": f"{base.name} {base.version}",
        "accord.base_sha256": base.weights_sha256,
    }
    run_id = server.create_run(experiment, name, _ms(run.created_at), tags)
    return TrackedRun.objects.create(run=run, mlflow_run_id=run_id)


def _ms(at: datetime | None) -> int:
    return int((at or timezone.now()).timestamp() * 1000)
