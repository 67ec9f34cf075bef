from django.db import models

from portal.core.models import Entity
from portal.imaging.models.study import Study


class StackLabel(Entity):
    """What a person said a stack is. It holds for all versions of the stack's ``key``, through
    every new assembly, until it is taken back. An empty value leaves the automatic one."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="stack_labels")
    key = models.CharField(max_length=64)
    sequence_kind = models.CharField(max_length=32, blank=True)
    view = models.CharField(max_length=16, blank=True)
    actor_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="stack_label_once"),
            models.CheckConstraint(
                condition=~models.Q(sequence_kind="", view=""), name="stack_label_says_something"
            ),
        ]
