from django.db import models

from portal.core.models import Entity
from portal.reads.models import Read


class Comparison(Entity):
    """How two submitted reads compare. ``values`` is the Agreement of the wire contract."""

    read_a = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="comparisons_as_a")
    read_b = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="comparisons_as_b")
    inputs_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    agrees = models.BooleanField()
    values = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["read_a", "read_b", "inputs_hash"], name="comparison_once_per_input"
            ),
            models.CheckConstraint(
                condition=~models.Q(read_a=models.F("read_b")), name="comparison_of_two_reads"
            ),
        ]
