from django.db import models

from portal.cases.models.visit import Visit
from portal.core.models import Entity
from portal.projects.models import Project


class CaseState(models.TextChoices):
    READY = "ready"
    READING = "reading"
    AGREED = "agreed"
    ADJUDICATING = "adjudicating"
    LOCKED = "locked"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"  # its subject left the project; nothing of it is left


class Case(Entity):
    """One or more studies of one visit, read as one unit. ``label`` is the pseudonym on screen."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="cases")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="cases")
    label = models.CharField(max_length=40)
    state = models.CharField(
        max_length=16, choices=CaseState.choices, default=CaseState.READY, db_index=True
    )
    is_phantom = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "label"], name="case_label_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=CaseState.values), name="case_state_known"
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="case_by_state")]
