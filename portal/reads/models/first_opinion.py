from django.db import models

from portal.core.models import Entity
from portal.reads.models.read import Read


class FirstOpinion(Entity):
    """What a reader said before the AI was shown, frozen. ``versions`` names the revisions that
    stand for it, ``answers`` and ``numbers`` what they added up to, ``digest`` covers all.

    ``change`` is filled by the final submit: what is different, and why where it went beyond the
    protocol's bands."""

    read = models.OneToOneField(Read, on_delete=models.PROTECT, related_name="first_opinion")
    submitted_at = models.DateTimeField()
    op_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    versions = models.JSONField()
    answers = models.JSONField()
    numbers = models.JSONField()
    change = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
