from django.db import models

from portal.core.models import Entity
from portal.jobs.models.job import Job
from portal.storage.models import Blob


class JobArtifact(Entity):
    """A file that one attempt of a job handed in."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="artifacts")
    attempt = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="job_artifacts")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "attempt", "name"], name="artifact_name_once_per_attempt"
            ),
        ]
