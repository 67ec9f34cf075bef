from django.db import models

from portal.core.models import Entity
from portal.modelhub.models.training_run import TrainingRun


class TrackedRun(Entity):
    """What an MLflow server has of a training run: its name there, the last step sent, and when the
    run was closed there."""

    run = models.OneToOneField(TrainingRun, on_delete=models.PROTECT, related_name="tracked")
    mlflow_run_id = models.CharField(max_length=64)
    last_step = models.IntegerField(default=-1)
    closed_at = models.DateTimeField(null=True)
