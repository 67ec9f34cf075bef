"""Drafts that nobody reads with: what a challenger would have drafted."""

from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.documents import DocumentField
from portal.core.models import Entity
from portal.imaging.models import Stack
from portal.jobs.models import Job
from portal.modelhub.models.model_version import ModelVersion


class Shadow(Entity):
    """A period in which a model drafts, in the shadow, whatever the champion drafts anew."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="shadows")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shadows_started"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(ended_at__isnull=True),
                name="shadow_one_open_per_model",
            ),
        ]


class ShadowDraft(Entity):
    """One draft in the shadow. It is no read, so that nothing that shows reads can show it.

    ``labels`` are ``cmrkit.contracts.StackLabels`` as JSON, empty until the worker has answered.
    ``beside_champion``: Dice and differences to the champion's draft; ``beside_reference``: of both
    to the reference whose digest is ``reference_digest``. None where there is nothing to compare.
    """

    shadow = models.ForeignKey(Shadow, on_delete=models.PROTECT, related_name="drafts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="shadow_drafts")
    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, related_name="shadow_drafts")
    champion = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="shadowed_drafts"
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="shadow_draft")
    labels = DocumentField(default=dict)
    drafted_at = models.DateTimeField(null=True)
    beside_champion = models.JSONField(null=True)
    beside_reference = models.JSONField(null=True)
    reference_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shadow", "stack"], name="shadow_draft_once"),
        ]
