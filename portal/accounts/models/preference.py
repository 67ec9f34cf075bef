from django.conf import settings
from django.db import models

from portal.core.models import Entity


class Preference(Entity):
    """How a person likes their viewer: layouts, keys, opacity. Nothing of any case is in it, and
    nobody else sees it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference"
    )
    viewer = models.JSONField(default=dict)
