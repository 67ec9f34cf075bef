from django.db import models
from django.utils import timezone


class Worker(models.Model):
    """A process that takes jobs, as it last described itself. Who holds which job stands in the
    job's own row; this one says who could."""

    name = models.CharField(max_length=120, primary_key=True)  # host:process
    device = models.CharField(max_length=120, blank=True)  # "cpu", or the GPU's name
    has_gpu = models.BooleanField(default=False)
    queues = models.JSONField(default=list)  # of JobQueue
    version = models.CharField(max_length=40, blank=True)  # of its code
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now, db_index=True)
