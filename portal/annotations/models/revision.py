from django.db import models

from portal.annotations.models.annotation import Annotation, Origin, State
from portal.core.decoding import FastDecoder
from portal.core.models import Entity


class Revision(Entity):
    """One immutable state of an annotation, linked to the one before by hash.

    ``author_id`` is the opaque id of a reader. ``schema_version`` tells how to read ``parts``.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    parts = models.JSONField(decoder=FastDecoder)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    model_label = models.CharField(max_length=120, blank=True)
    author_id = models.CharField(max_length=64)
    op_id = models.CharField(max_length=64)
    schema_version = models.PositiveIntegerField(default=1)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "version"], name="revision_version_once"),
        ]
