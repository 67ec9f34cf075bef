from django.conf import settings
from django.db import models

from portal.accounts.models import Signature
from portal.core.models import Entity
from portal.projects.models import Project


class GatePlan(Entity):
    """A predetermined change control plan: what of the model may change, how that is tested, what
    it means, and the numbers of the gate. Immutable; a later version holds for models whose
    training starts after it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="gate_plans")
    version = models.PositiveIntegerField()
    rules = models.JSONField()
    may_change = models.CharField(max_length=2000)
    protocol = models.CharField(max_length=2000)
    impact = models.CharField(max_length=2000)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gate_plans"
    )
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="gate_plan")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="gate_plan_version_once"),
        ]
