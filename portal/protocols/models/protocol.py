from django.db import models

from portal.core.models import Entity
from portal.projects.models import Project


class Protocol(Entity):
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="protocols")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="protocol_name_once"),
        ]


class ProtocolVersion(Entity):
    """What is read and how. Frozen once a read uses it; a change after that is a new version.

    ``rules`` holds structures, questions, convention, bands and submit_requires; its shape is
    checked in ``portal.protocols.schema``.
    """

    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    reads_per_case = models.PositiveIntegerField(default=2)
    ai_visible = models.BooleanField(default=False)
    blinded = models.BooleanField(default=True)
    rules = models.JSONField()
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protocol", "number"], name="protocol_version_once"),
            models.CheckConstraint(
                condition=models.Q(reads_per_case__gte=1), name="protocol_reads_at_least_1"
            ),
        ]
