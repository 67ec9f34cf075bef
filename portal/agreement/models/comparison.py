from django.db import models

from portal.agreement.keys import LABELS
from portal.cases.models import Case
from portal.core.models import Entity
from portal.reads.models import Read


class Comparison(Entity):
    """How the submitted reads of a case compare: all pairs of them. ``values`` is the Agreement of
    the wire contract. A case with one read has a comparison without pairs."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="comparisons")
    inputs_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    agrees = models.BooleanField()
    values = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "inputs_hash"], name="comparison_once_per_input"
            ),
        ]


class ComparisonReading(Entity):
    """One of the compared reads and its colour, drawn by lot for this case and kept."""

    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="readings")
    key = models.CharField(max_length=1, choices=list(LABELS.items()))
    read = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="compared_as")

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["comparison", "key"], name="comparison_key_once"),
            models.UniqueConstraint(fields=["comparison", "read"], name="comparison_read_once"),
        ]
