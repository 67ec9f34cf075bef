"""Training and calibration: reading cases of which the answer is known, before trial cases."""

from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.projects.models import Project
from portal.reads.models.read import Read


class TrainingCase(Entity):
    """A case that is read for training and is no trial case any more. ``reference`` holds the known
    answer: the adjudicator's signed read, or annotations made elsewhere."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="training_cases")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="training")
    reference = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="training_cases")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="training_cases"
    )


class TrainingResult(Entity):
    """How far a submitted training read lies from the reference: Dice by structure and differences
    in ml and EF points, read minus reference. ``inputs`` are the digests of both."""

    read = models.OneToOneField(Read, on_delete=models.PROTECT, related_name="training_result")
    values = models.JSONField()
    passed = models.BooleanField()
    code_version = models.CharField(max_length=40)


class Admission(Entity):
    """A person may read trial cases: by reaching the threshold (``admitted_by`` null), or by a
    named person with a reason."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="admissions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="admissions"
    )
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="admissions_made",
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="admitted_once"),
            models.CheckConstraint(
                condition=models.Q(admitted_by__isnull=True) | ~models.Q(reason=""),
                name="admission_by_hand_has_reason",
            ),
        ]
