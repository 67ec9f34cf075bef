from django.db import models

from portal.core.models import Entity
from portal.reads.models import Read


class Measurement(Entity):
    """Numbers of one read for one exact input; recomputed when inputs change, never edited."""

    read = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="measurements")
    inputs_hash = models.CharField(max_length=64)
    convention = models.JSONField()
    code_version = models.CharField(max_length=40)
    values = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["read", "inputs_hash", "code_version"], name="measurement_once_per_input"
            ),
        ]
