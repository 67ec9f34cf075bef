from django.db import models

from portal.core.models import Entity
from portal.imaging.models.study import Study


class Stack(Entity):
    """Frames by slice × phase. A new version is made when late frames arrive; reads pin theirs.

    ``meta`` is ``cmrkit.contracts.StackMeta`` as JSON; ``addresses[slice][phase]`` is
    [series_uid, sop_instance_uid, frame_number] or null. ``key`` is the same for all versions.
    ``sequence_kind`` and ``view`` are what counts: a person's correction (``StackLabel``), else
    what was found (``found_kind``, ``found_view``, with confidences 0..1 and reasons).
    ``pixel_look`` is what a network makes of the pixels (``cmrkit.quality.kind_check``): it never
    changes the kind.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="stacks")
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    is_latest = models.BooleanField(default=True)
    sequence_kind = models.CharField(max_length=32)
    view = models.CharField(max_length=16)
    found_kind = models.CharField(max_length=32, blank=True)
    found_view = models.CharField(max_length=16, blank=True)
    confidence = models.FloatField(default=0.0)
    reason = models.CharField(max_length=300, blank=True)
    view_confidence = models.FloatField(default=0.0)
    view_reason = models.CharField(max_length=300, blank=True)
    time_axis = models.CharField(max_length=24, default="cardiac_phase")
    component = models.CharField(max_length=16, default="unknown")
    condition = models.CharField(max_length=16, default="unknown")
    siblings = models.JSONField(default=list)  # keys of stacks acquired together with this one
    n_slices = models.PositiveIntegerField()
    n_phases = models.PositiveIntegerField()
    meta = models.JSONField()
    addresses = models.JSONField()
    findings = models.JSONField(default=list)  # [{code, message, slice_index, severity}]
    pixel_look = models.JSONField(null=True)  # None: not asked for; {}: asked; else share by class
    content_hash = models.CharField(max_length=64)
    thumbnail = models.BinaryField(null=True)  # PNG

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "key", "version"], name="stack_version_once"),
            models.UniqueConstraint(
                fields=["study", "key"],
                condition=models.Q(is_latest=True),
                name="stack_one_latest",
            ),
        ]
