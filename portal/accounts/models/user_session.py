from django.conf import settings
from django.db import models

from portal.core.models import Entity


class UserSession(Entity):
    """One sign-in, so that a person can see it and end it. The key is Django's session key."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins"
    )
    session_key = models.CharField(max_length=64, unique=True)
    user_agent = models.CharField(max_length=200, blank=True)
    last_seen_at = models.DateTimeField()
