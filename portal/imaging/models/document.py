from django.db import models

from portal.core.models import Entity
from portal.imaging.models.series import Series


class DocumentKind(models.TextChoices):
    METADATA = "metadata"  # WADO-RS: DICOM JSON of every instance
    ROWS = "rows"  # QIDO-RS: what a search for instances answers


class SeriesDocument(Entity):
    """One answer about a whole series, made once. It is a cache: any row may be deleted.

    It stands while ``content_version`` is the series' own. ``label`` is empty for the metadata as
    stored; else it is the study's label, and the document is the relabelled rendition.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    label = models.CharField(max_length=40, blank=True)
    content_version = models.BigIntegerField()
    etag = models.CharField(max_length=40)
    zstd = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "kind", "label"], name="document_once"),
        ]
