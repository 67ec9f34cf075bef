from django.db import models

from portal.core.documents import DocumentField
from portal.core.models import Entity
from portal.imaging.models.series import Series
from portal.storage.models import Blob


class Instance(Entity):
    """One stored SOP instance. ``frame_ranges`` lets frames be served by seeking in the file:
    for each frame a list of [offset, length] in bytes."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="instances")
    sop_instance_uid = models.CharField(max_length=64)
    sop_class_uid = models.CharField(max_length=64)
    transfer_syntax_uid = models.CharField(max_length=64)
    instance_number = models.IntegerField(null=True)
    rows = models.PositiveIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    n_frames = models.PositiveIntegerField(default=0)
    frame_ranges = DocumentField(default=list)
    metadata = DocumentField(default=dict)  # DICOM JSON without bulk data
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="instances")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "sop_instance_uid"], name="instance_uid_once_per_series"
            ),
        ]
        indexes = [models.Index(fields=["sop_instance_uid"], name="instance_by_uid")]
