from django.db import models

from portal.core.models import Entity
from portal.datasets.models import TestSet
from portal.jobs.models import Job
from portal.modelhub.models.gate_plan import GatePlan
from portal.modelhub.models.model_version import ModelVersion


class Evaluation(Entity):
    """Challenger beside champion on a frozen test set, and what the gate said. ``plan``: whose
    rules it went by; None where no plan stood when the challenger's training began. ``rules``: as
    they were applied."""

    challenger = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="evaluations"
    )
    champion = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="evaluations_as_champion"
    )
    test_set = models.ForeignKey(TestSet, on_delete=models.PROTECT, related_name="evaluations")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="evaluation")
    plan = models.ForeignKey(
        GatePlan, on_delete=models.PROTECT, null=True, related_name="evaluations"
    )
    rules = models.JSONField(default=dict)
    metrics = models.JSONField(null=True)
    gate_passed = models.BooleanField(null=True)
    gate_checks = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True)
