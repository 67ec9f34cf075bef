from django.db import models

from portal.core.models import Entity
from portal.imaging.models import Instance
from portal.intake.models.batch import ImportBatch


class ImportOutcome(models.TextChoices):
    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class ImportItem(Entity):
    """What became of one received file, named by number and by the hash of the bytes as sent: file
    names carry identity."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="items")
    sequence = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    outcome = models.CharField(max_length=12, choices=ImportOutcome.choices)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=300, blank=True)
    instance = models.ForeignKey(
        Instance, on_delete=models.PROTECT, null=True, related_name="import_items"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "sequence"], name="import_item_sequence_once"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="import_item_by_hash"),
            models.Index(fields=["batch", "outcome"], name="import_item_by_outcome"),
        ]
