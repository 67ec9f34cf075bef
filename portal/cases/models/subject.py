from django.db import models

from portal.core.models import Entity
from portal.projects.models import Project, Site


class Subject(Entity):
    """Who was scanned, under a pseudonym. ``patient_key`` groups one project's studies of one
    patient; ``patient_hash`` is keyed by the installation and read by the split checker alone."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="subjects")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="subjects")
    label = models.CharField(max_length=40)
    patient_key = models.CharField(max_length=64)
    patient_hash = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "label"], name="subject_label_once"),
            models.UniqueConstraint(fields=["project", "patient_key"], name="subject_patient_once"),
        ]
