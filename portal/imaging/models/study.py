from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.projects.models import Project


class PresentStudies(models.Manager["Study"]):
    """All but those whose subject was withdrawn."""

    def get_queryset(self) -> models.QuerySet["Study"]:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class Study(Entity):
    """A DICOM study inside one project. ``study_uid`` is unique per project, not overall.

    A withdrawn study keeps its row, emptied, because reads name it; ``objects`` doesn't find it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="studies")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="studies")
    study_uid = models.CharField(max_length=64)
    label = models.CharField(max_length=40)
    study_date = models.CharField(max_length=8, blank=True)  # as written in DICOM
    description = models.TextField(blank=True)
    modality = models.CharField(max_length=16)
    deid_procedure = models.CharField(max_length=40)
    metadata = models.JSONField(default=dict)  # study-level DICOM JSON, for QIDO
    thumbnail = models.BinaryField(null=True)  # PNG
    updated_at = models.DateTimeField(auto_now=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = PresentStudies()
    with_withdrawn: "models.Manager[Study]" = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "study_uid"], name="study_uid_once"),
        ]
