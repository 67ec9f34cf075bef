from django.db import models

from portal.core.models import Entity
from portal.projects.models.project import Project


class Site(Entity):
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="site_name_once_per_project"),
        ]
