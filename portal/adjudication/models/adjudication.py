from typing import Any

from django.conf import settings
from django.db import models

from portal.agreement.models import Comparison
from portal.cases.models import Case
from portal.core.models import Entity
from portal.reads.models import Read


class AdjudicationKind(models.TextChoices):
    DISAGREEMENT = "disagreement"  # a rule of the protocol opened it; ``reasons`` say which
    CONFIRMATION = "confirmation"  # the reads agree; a person still signs


def codes_of(reasons: list[dict[str, Any]]) -> str:
    """For ``reason_codes``: each code once between spaces."""
    codes = dict.fromkeys(str(row["code"]) for row in reasons)
    return f" {' '.join(codes)} " if codes else ""


class Adjudication(Entity):
    """Settling one case. The readings stand under colours (``comparison.readings``).

    ``reasons``: why it was opened, [{code, message, numbers}] (``portal.agreement.reasons``).
    ``reopens``: the reference standard that was reopened by it, if it is not the case's first.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="adjudications")
    kind = models.CharField(max_length=16, choices=AdjudicationKind.choices)
    reasons = models.JSONField(default=list)
    reason_codes = models.CharField(max_length=200, blank=True)  # " band audit ", to filter by
    comparison = models.ForeignKey(
        Comparison, on_delete=models.PROTECT, related_name="adjudications"
    )
    reopens = models.OneToOneField(
        "adjudication.ReferenceStandard",
        on_delete=models.PROTECT,
        null=True,
        related_name="reopened_by_adjudication",
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
