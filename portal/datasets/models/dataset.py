from django.conf import settings
from django.db import models

from cmrkit.contracts import Split
from portal.adjudication.models import ReferenceStandard
from portal.core.documents import DocumentField
from portal.core.models import Entity
from portal.imaging.models import Stack
from portal.projects.models import Project


class DatasetVersion(Entity):
    """An immutable selection of reference labels with patient-level splits and a datasheet.

    ``content_hash`` is the SHA-256 of ``manifest`` as canonical JSON
    (``portal.datasets.manifest``); one frozen before there were manifests has none.
    ``withdrawn_at``: when a subject of it was withdrawn. It is not exported or trained on any more.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    licence = models.CharField(max_length=120, blank=True)
    consent = models.CharField(max_length=500, blank=True)
    manifest = DocumentField(default=dict)
    datasheet = models.JSONField(default=dict)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="datasets_frozen"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name", "version"], name="dataset_version_once"
            ),
        ]


class DatasetItem(Entity):
    dataset = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="items")
    reference = models.ForeignKey(
        ReferenceStandard, on_delete=models.PROTECT, related_name="dataset_items"
    )
    split = models.CharField(
        max_length=10, choices=[(s.value, s.value.capitalize()) for s in Split]
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "reference"], name="dataset_item_reference_once"
            ),
        ]


class PixelHashes(Entity):
    """A hash for each frame of a stack that shows anything, to find the same images under other
    identifiers. It is a cache: any row may be deleted."""

    stack = models.OneToOneField(Stack, on_delete=models.CASCADE, related_name="pixel_hashes")
    frames = DocumentField(default=list)
