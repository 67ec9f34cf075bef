from django.db import models
from django.utils import timezone

from portal.modelhub.models.model_version import ModelVersion
from portal.projects.models import Project


class Champion(models.Model):
    """The one model whose drafts a project gets. Changes only through the gate."""

    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, primary_key=True, related_name="champion"
    )
    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="champion_of")
    since = models.DateTimeField(default=timezone.now)
