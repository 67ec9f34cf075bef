from django.db import models

from portal.core.models import Entity
from portal.datasets.models import DatasetVersion
from portal.jobs.models import Job
from portal.modelhub.models.model_version import ModelVersion


class TrainingRun(Entity):
    dataset = models.ForeignKey(
        DatasetVersion, on_delete=models.PROTECT, related_name="training_runs"
    )
    base_model = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="training_runs_from"
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="training_run")
    model = models.OneToOneField(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="training_run"
    )
    params = models.JSONField(default=dict)


class TrainingPoint(models.Model):
    """One point of the curve, as the worker reported it."""

    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="points")
    step = models.PositiveIntegerField()
    loss = models.FloatField()
    val_dice = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "step"], name="training_point_once"),
        ]
