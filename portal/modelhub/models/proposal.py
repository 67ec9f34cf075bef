from django.conf import settings
from django.db import models

from portal.accounts.models import Signature
from portal.core.models import Entity
from portal.modelhub.models.evaluation import Evaluation
from portal.modelhub.models.model_version import ModelVersion


class Proposal(Entity):
    """One person proposes a challenger that passed the gate, another decides."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="proposals")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="proposals")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals_made"
    )
    reason = models.CharField(max_length=500)
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="proposals_decided",
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, null=True, related_name="proposal"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    approved__isnull=True, decided_by__isnull=True, decided_at__isnull=True
                )
                | models.Q(
                    approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False
                ),
                name="proposal_decision_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="proposal_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(approved__isnull=True),
                name="proposal_one_open_per_model",
            ),
        ]
