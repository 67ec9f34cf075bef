from django.db import models

from portal.cases.models import Subject
from portal.core.models import Entity
from portal.imaging.models import Study
from portal.projects.models import Project


class SubjectIdentity(Entity):
    """Who a pseudonym is: name, numbers and birth date as sent, sealed under the vault key."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="identities")
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="identity")
    pseudonym = models.CharField(max_length=32)  # as it stands in the stored files
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["project", "pseudonym"], name="identity_by_pseudonym")]


class StudyIdentity(Entity):
    """What a study was called where it came from: UID, date and accession number, sealed."""

    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="identity")
    subject_identity = models.ForeignKey(
        SubjectIdentity, on_delete=models.PROTECT, related_name="studies"
    )
    sealed = models.BinaryField()
