from django.conf import settings
from django.db import models

from portal.core.models import Entity
from portal.intake.models.batch import ImportBatch
from portal.jobs.models import Job
from portal.projects.models import Project


class RemoteAuth(models.TextChoices):
    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"


class RemoteArchive(Entity):
    """A DICOMweb archive that a project pulls from. A removed one keeps its row, without secret."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="remote_archives")
    name = models.CharField(max_length=80)
    base_url = models.CharField(max_length=500)
    auth = models.CharField(max_length=8, choices=RemoteAuth.choices, default=RemoteAuth.NONE)
    username = models.CharField(max_length=120, blank=True)
    sealed_secret = models.BinaryField(null=True)  # the password or the token
    ca_file = models.CharField(max_length=120, blank=True)  # a name in ACCORD_CA_DIR
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                condition=models.Q(removed_at__isnull=True),
                name="remote_archive_name_once",
            ),
            models.CheckConstraint(
                condition=models.Q(auth__in=RemoteAuth.values), name="remote_auth_known"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(sealed_secret__isnull=True),
                name="removed_archive_has_no_secret",
            ),
        ]


class Pull(Entity):
    """Studies that a person ticked. Which ones is sealed: a study's UID leads to its patient."""

    archive = models.ForeignKey(RemoteArchive, on_delete=models.PROTECT, related_name="pulls")
    # of the current try: a pull that is tried again after its end goes into a new import
    batch = models.OneToOneField(ImportBatch, on_delete=models.PROTECT, related_name="pull")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pulls"
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="pull")
    n_studies = models.PositiveIntegerField()
    sealed_studies = models.BinaryField(null=True)  # JSON; gone once the pull has succeeded


class PullItem(Entity):
    """One instance of a pull and its place in the import; ``key`` is a keyed hash of its UID. It is
    here once the import has an item of that sequence number."""

    pull = models.ForeignKey(Pull, on_delete=models.PROTECT, related_name="items")
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="pull_items")
    key = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pull", "key"], name="pull_item_once"),
            models.UniqueConstraint(fields=["batch", "sequence"], name="pull_item_sequence_once"),
        ]
