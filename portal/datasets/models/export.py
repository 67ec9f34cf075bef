from django.db import models

from portal.core.models import Entity
from portal.datasets.models.dataset import DatasetVersion
from portal.jobs.models import Job
from portal.storage.models import Blob


class DatasetExport(Entity):
    dataset = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="exports")
    formats = models.JSONField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="dataset_export")
    blob = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="dataset_exports"
    )
