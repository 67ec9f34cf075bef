from django.db import models
from django.utils import timezone


class ChoreTurn(models.Model):
    """When a chore is due next: whoever moves the time on has the turn."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField(default=timezone.now)
