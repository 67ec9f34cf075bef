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

    ``found_*`` are the attributes that searches ask for, in capitals; ``found_row`` is the study's
    row of a search as JSON text. ``content_version`` grows with every change of its instances:
    the database does that, by triggers, and takes ``is_indexed`` away
    (``portal.imaging.services.indexing`` gives it back).

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
    stacks_due_at = models.DateTimeField(null=True, db_index=True)  # since when new files wait
    updated_at = models.DateTimeField(auto_now=True)
    found_name = models.CharField(max_length=330, blank=True)  # PatientName, alphabetic
    found_name_other = models.CharField(max_length=330, blank=True)  # ideographic, phonetic
    found_patient_id = models.CharField(max_length=64, blank=True)
    found_time = models.CharField(max_length=16, blank=True)
    found_accession = models.CharField(max_length=64, blank=True)
    found_study_id = models.CharField(max_length=64, blank=True)
    found_referrer = models.CharField(max_length=330, blank=True)
    found_description = models.CharField(max_length=330, blank=True)
    found_modalities = models.CharField(max_length=330, blank=True)  # as \\MR\\SR\\
    found_row = models.TextField(blank=True)
    content_version = models.BigIntegerField(default=0)
    is_indexed = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)

    objects = PresentStudies()
    with_withdrawn: "models.Manager[Study]" = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "study_uid"], name="study_uid_once"),
        ]
        indexes = [
            models.Index(
                fields=["project"], condition=models.Q(is_indexed=False), name="study_unindexed"
            ),
            models.Index(fields=["project", "-created_at", "id"], name="study_newest"),
            models.Index(fields=["project", "study_date"], name="study_by_date"),
            *[
                models.Index(
                    fields=["project", f"found_{field}"],
                    opclasses=["uuid_ops", "varchar_pattern_ops"],
                    name=f"study_by_{field}",
                )
                for field in ("name", "patient_id", "accession")
            ],
        ]
