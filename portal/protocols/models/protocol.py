from django.db import models

from portal.core.models import Entity
from portal.projects.models import Project
from portal.protocols.schema import LEAST_READS, MOST_READS


class Protocol(Entity):
    """One of a project's protocols; new reads follow the newest version of the one in use."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="protocols")
    name = models.CharField(max_length=80)
    in_use = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="protocol_name_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(in_use=True),
                name="one_protocol_in_use_per_project",
            ),
        ]


class ProtocolVersion(Entity):
    """What is read and how. Frozen once a read uses it; a change after that is a new version.

    ``rules`` is checked in ``portal.protocols.schema`` and read through its ``Rules`` alone;
    ``ai_visible`` says the same as its ``ai`` being from the start. ``mapping`` is what became of
    the structures and questions of the version before (``portal.protocols.mapping``).
    """

    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    reads_per_case = models.PositiveIntegerField(default=2)
    ai_visible = models.BooleanField(default=False)
    blinded = models.BooleanField(default=True)
    rules = models.JSONField()
    mapping = models.JSONField(default=dict)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protocol", "number"], name="protocol_version_once"),
            models.CheckConstraint(
                condition=models.Q(reads_per_case__range=(LEAST_READS, MOST_READS)),
                name="protocol_reads_1_to_8",
            ),
        ]
