from django.conf import settings
from django.db import models

from portal.core.models import Entity


class Signature(Entity):
    """A person re-authenticated and put their name to a digest, with a stated meaning.

    ``audit_head`` is the head of the project's audit chain at that moment. ``voided_at`` is set
    when what was signed changes.
    """

    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures"
    )
    meaning = models.CharField(max_length=200)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    audit_head = models.CharField(max_length=64)
    voided_at = models.DateTimeField(null=True)
