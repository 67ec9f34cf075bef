from django.db import models
from django.utils import timezone


class Blob(models.Model):
    """Bytes known by their SHA-256. The file lies in storage under the hash."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()  # bytes
    reference_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
