from django.db import models

from portal.core.models import Entity
from portal.intake.models.item import ImportItem


class QuarantinedFile(Entity):
    """The bytes of a refused file, sealed in the vault under this row's id until ``expires_at``."""

    item = models.OneToOneField(ImportItem, on_delete=models.PROTECT, related_name="kept")
    expires_at = models.DateTimeField(db_index=True)
