import uuid

from django.db import models
from django.utils import timezone


class Entity(models.Model):
    """Base of every row: an opaque id that may stand in URLs, and when it was made (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
