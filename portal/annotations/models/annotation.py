from django.db import models

from portal.core.decoding import FastDecoder
from portal.core.models import Entity
from portal.reads.models import Read


class Origin(models.TextChoices):
    MANUAL = "manual"
    AI = "ai"
    PROPAGATED = "propagated"
    IMPORTED = "imported"


class State(models.TextChoices):
    AUTO = "auto"
    ACCEPTED = "accepted"
    EDITED = "edited"


class Annotation(Entity):
    """The unit of saving: read × structure × frame. Holds the current revision's content.

    ``parts`` are polygons in image pixels, (column, row), (0, 0) = centre of the first pixel;
    an empty list says that the structure is not in this frame. ``version`` is checked inside
    the UPDATE, so that nothing is overwritten unseen.
    """

    read = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="annotations")
    structure = models.CharField(max_length=32)
    sop_instance_uid = models.CharField(max_length=64)
    frame_number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    parts = models.JSONField(decoder=FastDecoder)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    model_label = models.CharField(max_length=120, blank=True)
    revision_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["read", "structure", "sop_instance_uid", "frame_number"],
                name="annotation_once_per_frame",
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="annotation_version_1"),
        ]
