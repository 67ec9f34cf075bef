from django.db import models

from portal.core.models import Entity
from portal.imaging.models.study import Study


class Series(Entity):
    """A DICOM series. ``content_version`` grows with every change of its instances, by triggers."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="series")
    series_uid = models.CharField(max_length=64)
    modality = models.CharField(max_length=16)
    description = models.TextField(blank=True)
    number = models.IntegerField(null=True)
    sequence_kind = models.CharField(max_length=32, default="unknown")
    view = models.CharField(max_length=16, default="unknown")
    metadata = models.JSONField(default=dict)  # series-level DICOM JSON, for QIDO
    found_row = models.TextField(blank=True)  # the series' row of a search, as JSON text
    content_version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "series_uid"], name="series_uid_once"),
        ]
