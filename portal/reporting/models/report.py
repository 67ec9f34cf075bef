from django.db import models

from portal.adjudication.models import ReferenceStandard
from portal.core.models import Entity
from portal.storage.models import Blob


class Report(Entity):
    """The one-page summary of a signed reference, kept as made."""

    reference = models.OneToOneField(
        ReferenceStandard, on_delete=models.PROTECT, related_name="report"
    )
    pdf = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="reports")
