from django.conf import settings
from django.db import models

from portal.core.models import Entity


class OneTimeLink(Entity):
    """A link that works once: to set a password (by mail or handed over by an admin)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="one_time_links"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
