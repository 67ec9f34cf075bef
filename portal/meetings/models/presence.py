from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity


class Presence(Entity):
    """Who has a case open that lies open to them, since when they were last seen, and where."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences"
    )
    page = models.CharField(max_length=16)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="presence_once"),
        ]
