from django.db import models

from portal.cases.models.subject import Subject
from portal.core.models import Entity


class Visit(Entity):
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="visits")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="visit_number_once"),
        ]
