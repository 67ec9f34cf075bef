from django.db import models

from portal.core.models import Entity
from portal.reads.models import Read


class EntryKind(models.TextChoices):
    ANSWER = "answer"
    PIN = "pin"
    OBJECT = "object"


class Entry(Entity):
    """An answer, a pin or a world object (``portal.annotations.objects``): read × name, versioned
    like an annotation."""

    read = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    name = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["read", "kind", "name"], name="entry_once_per_name"),
        ]


class EntryRevision(Entity):
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    value = models.JSONField(null=True)
    author_id = models.CharField(max_length=64)
    op_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "version"], name="entry_revision_once"),
        ]
