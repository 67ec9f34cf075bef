from django.conf import settings
from django.db import models

from portal.core.models import Entity


class Preference(Entity):
    """How a person likes their viewer (layouts, keys, opacity) and whether mail is wanted. Nothing
    of any case is in it, and nobody else sees it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference"
    )
    viewer = models.JSONField(default=dict)
    mail_digest = models.BooleanField(default=True)  # one mail a day of what was not looked at
    digest_at = models.DateTimeField(null=True)  # when the last one was sent
