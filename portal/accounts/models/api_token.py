from django.conf import settings
from django.db import models

from portal.core.models import Entity


class ApiToken(Entity):
    """A bearer token; only its SHA-256 is kept, the text is shown once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    last_used_at = models.DateTimeField(null=True)
