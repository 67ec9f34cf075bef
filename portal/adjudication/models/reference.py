from django.conf import settings
from django.db import models

from portal.accounts.models import Signature
from portal.adjudication.models.adjudication import Adjudication
from portal.cases.models import Case
from portal.core.models import Entity


class PresentReferences(models.Manager["ReferenceStandard"]):
    """All but those whose subject was withdrawn."""

    def get_queryset(self) -> models.QuerySet["ReferenceStandard"]:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class ReferenceStandard(Entity):
    """The locked, signed labels and answers of a case. ``content`` is what ``digest`` covers:
    labels at the frozen phases, answers, pins, numbers, stack and protocol version.

    Once reopened it stays as it was signed, with who reopened it and why; the case's next signature
    makes the next version. Of a withdrawn subject the digest stays and the content is gone;
    ``objects`` doesn't find it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="references")
    version = models.PositiveIntegerField()
    adjudication = models.OneToOneField(
        Adjudication, on_delete=models.PROTECT, related_name="reference"
    )
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="reference")
    withdrawn_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="references_reopened",
    )
    reopen_reason = models.CharField(max_length=500, blank=True)

    objects = PresentReferences()
    with_withdrawn: "models.Manager[ReferenceStandard]" = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="reference_version_once"),
            models.CheckConstraint(
                condition=models.Q(
                    reopened_at__isnull=True, reopened_by__isnull=True, reopen_reason=""
                )
                | (
                    models.Q(reopened_at__isnull=False, reopened_by__isnull=False)
                    & ~models.Q(reopen_reason="")
                ),
                name="reference_reopened_with_reason",
            ),
        ]
