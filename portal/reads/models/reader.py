from django.conf import settings
from django.db import models

from portal.core.models import Entity


class ReaderKind(models.TextChoices):
    PERSON = "person"
    MODEL = "model"


class Reader(Entity):
    """A person or a model version: the AI is a reader too."""

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
                | models.Q(kind="model", user__isnull=True, model_hash__isnull=False),
                name="reader_is_person_or_model",
            ),
        ]
