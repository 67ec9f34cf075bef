from django.db import models

from portal.accounts.models import Signature
from portal.adjudication.models.adjudication import Adjudication
from portal.cases.models import Case
from portal.core.models import Entity


class ReferenceStandard(Entity):
    """The locked, signed labels and answers of a case. ``content`` is what ``digest`` covers:
    labels at the frozen phases, answers, pins, numbers, stack and protocol version."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="references")
    version = models.PositiveIntegerField()
    adjudication = models.OneToOneField(
        Adjudication, on_delete=models.PROTECT, related_name="reference"
    )
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="reference")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="reference_version_once"),
        ]
