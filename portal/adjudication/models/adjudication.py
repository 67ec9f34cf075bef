from django.conf import settings
from django.db import models

from portal.agreement.models import Comparison
from portal.cases.models import Case
from portal.core.models import Entity
from portal.reads.models import Read


class AdjudicationKind(models.TextChoices):
    DISAGREEMENT = "disagreement"
    CONFIRMATION = "confirmation"  # the reads agree; a person still signs


class Adjudication(Entity):
    """Settling one case. ``read_a`` is Blue and ``read_b`` Orange, in an order of its own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="adjudications")
    kind = models.CharField(max_length=16, choices=AdjudicationKind.choices)
    comparison = models.ForeignKey(
        Comparison, on_delete=models.PROTECT, related_name="adjudications"
    )
    adjudicator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="adjudications"
    )
    read = models.OneToOneField(
        Read, on_delete=models.PROTECT, null=True, related_name="adjudication"
    )
    signed_at = models.DateTimeField(null=True)
    sign_op_id = models.CharField(max_length=64, blank=True)
    voided_at = models.DateTimeField(null=True)  # a reading was withdrawn before the signature

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(signed_at__isnull=True, voided_at__isnull=True),
                name="adjudication_one_open_per_case",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True) | models.Q(voided_at__isnull=True),
                name="adjudication_signed_or_voided",
            ),
            models.CheckConstraint(
                condition=models.Q(adjudicator__isnull=True, read__isnull=True)
                | models.Q(adjudicator__isnull=False, read__isnull=False),
                name="adjudication_adjudicator_with_read",
            ),
        ]
