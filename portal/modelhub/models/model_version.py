from django.db import models

from cmrkit.contracts.drawings import SHORT_AXIS
from portal.core.models import Entity
from portal.modelhub.packages import task_of
from portal.projects.models import Project
from portal.reads.models import Reader
from portal.storage.models import Blob


class ModelState(models.TextChoices):
    REGISTERED = "registered"
    CHALLENGER = "challenger"
    REFUSED = "refused"
    APPROVED = "approved"
    CHAMPION = "champion"
    RETIRED = "retired"


class ModelVersion(Entity):
    """A model by its weights, in one project. Shipped packages have no blob: workers have them."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="models")
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    state = models.CharField(
        max_length=12, choices=ModelState.choices, default=ModelState.REGISTERED
    )
    weights_sha256 = models.CharField(max_length=64)
    weights = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="model_versions"
    )
    card = models.JSONField(default=dict)
    noncommercial = models.BooleanField(default=False)
    demonstration = models.BooleanField(default=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="model_versions")

    @property
    def task(self) -> str:
        """What it draws."""
        return task_of(self.card)

    @property
    def may_be_champion(self) -> bool:
        """It draws what cases are read on."""
        return self.task == SHORT_AXIS.task

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name", "version"], name="model_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ModelState.values), name="model_state_known"
            ),
        ]
