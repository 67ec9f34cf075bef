from django.conf import settings
from django.db import models

from portal.core.models import Entity


class Notification(Entity):
    """A line in a person's notification centre; the text holds no numbers, answers or identity."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    href = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="notification_of_user")]
