from django.conf import settings
from django.db import models

from portal.core.models import Entity
from portal.reads.models import Read


class AnnotationImport(Entity):
    """One file of annotations that came in, and what was made of it.

    The read it went to has purpose ``imported``; its reader is the source. ``notes`` are what was
    not understood: [{code, message, count}]. The file itself is known by its hash, not kept.
    """

    read = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="annotation_imports")
    form = models.CharField(max_length=20)
    file_sha256 = models.CharField(max_length=64)
    n_contours = models.PositiveIntegerField()
    structures = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="annotation_imports"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["read", "file_sha256"], name="annotation_import_file_once"
            ),
        ]
