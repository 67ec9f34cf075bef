from django.db import models

from portal.cases.models.subject import Subject
from portal.core.models import Entity
from portal.projects.models import Project


class WithdrawnSubject(Entity):
    """What is left of a subject that was withdrawn: no identity, and enough to refuse the same
    patient in this project again. ``patient_key`` is keyed by the installation; ``removed`` counts
    what was deleted, ``affected`` names datasets, test sets and models that had used it."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="withdrawn_subjects"
    )
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="withdrawal")
    label = models.CharField(max_length=40)
    patient_key = models.CharField(max_length=64)
    by_id = models.CharField(max_length=64)  # opaque id of a person, or "system"
    reason = models.CharField(max_length=200)
    removed = models.JSONField(default=dict)
    affected = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "patient_key"], name="withdrawn_patient_once"
            ),
        ]
