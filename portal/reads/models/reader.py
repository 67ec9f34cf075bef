from django.conf import settings
from django.db import models

from portal.core.models import Entity


class ReaderKind(models.TextChoices):
    PERSON = "person"
    MODEL = "model"
    IMPORTED = "imported"  # whoever made annotations elsewhere, by what the importer calls them


class Reader(Entity):
    """A person, a model version (the AI is a reader too) or a source of imported annotations."""

    kind = models.CharField(max_length=8, choices=ReaderKind.choices)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="reader"
    )
    model_hash = models.CharField(max_length=64, null=True, unique=True)
    label = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="person", user__isnull=False, model_hash__isnull=True)
                | models.Q(kind="model", user__isnull=True, model_hash__isnull=False)
                | models.Q(kind="imported", user__isnull=True, model_hash__isnull=True),
                name="reader_is_person_model_or_source",
            ),
            models.UniqueConstraint(
                fields=["label"],
                condition=models.Q(kind="imported"),
                name="reader_once_per_source",
            ),
        ]
