from django.conf import settings
from django.db import models

from portal.core.models import Entity
from portal.projects.models import Project


class ImportState(models.TextChoices):
    RECEIVING = "receiving"
    FINISHED = "finished"


class ImportBatch(Entity):
    """One import: a folder, an upload or a STOW request."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="imports")
    label = models.CharField(max_length=120, blank=True)
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.RECEIVING
    )
    expected_files = models.PositiveIntegerField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="imports_started",
    )
    finished_at = models.DateTimeField(null=True)
