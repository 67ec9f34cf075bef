from django.db import models

from portal.core.models import Entity
from portal.reads.models import Read


class Operation(Entity):
    """That a client's operation was applied, so that a repeat is answered and not applied."""

    read = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="operations")
    op_id = models.CharField(max_length=64)
    resulting_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["read", "op_id"], name="operation_once_per_read"),
        ]
