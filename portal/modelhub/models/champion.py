from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.core.models import Entity
from portal.modelhub.models.model_version import ModelVersion
from portal.projects.models import Project


class Champion(models.Model):
    """The one model whose drafts a project gets. Changes only through the gate, or back to one that
    came through it."""

    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, primary_key=True, related_name="champion"
    )
    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="champion_of")
    since = models.DateTimeField(default=timezone.now)


class ChampionChange(Entity):
    """One change of champion. ``rolled_back``: the earlier one came back."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="champion_changes")
    before = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    rolled_back = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
