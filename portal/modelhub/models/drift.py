"""What drift charts are made of, against what, and what they found."""

from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.projects.models import Project
from portal.reads.models import Read, Reader


class Correction(Entity):
    """How far one read moved the draft that it started from. A cache: any row may be deleted; it
    stands while ``inputs_hash`` is that of the read. ``drafted_by`` is the model as a reader.
    ``values``: ``rows`` by structure and phase, ``seconds`` from the first to the last edit."""

    read = models.OneToOneField(Read, on_delete=models.PROTECT, related_name="correction")
    drafted_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="corrections")
    inputs_hash = models.CharField(max_length=64)
    values = models.JSONField()


class SampleKind(models.TextChoices):
    INPUT = "input"  # the images of a case
    OUTPUT = "output"  # the draft of a case
    BEHAVIOUR = "behaviour"  # what a reader made of it


class DriftSample(Entity):
    """What one case, draft or read adds to the charts, taken once. ``source_id``: the case's or
    the read's id. ``at``: when it came in. ``values``: by name of the signal."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="drift_samples")
    kind = models.CharField(max_length=10, choices=SampleKind.choices)
    source_id = models.UUIDField()
    at = models.DateTimeField(db_index=True)
    values = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="drift_sample_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=SampleKind.values), name="drift_sample_kind_known"
            ),
        ]


class DriftReference(Entity):
    """The period that later weeks are held against, both days included. The newest counts."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="drift_references")
    first_date = models.DateField()
    last_date = models.DateField()
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drift_references"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_date__gte=models.F("first_date")),
                name="drift_reference_in_order",
            ),
        ]


class DriftAlarm(Entity):
    """That a chart left its limits in a week, told once. ``chart``: its signal's code and its site,
    whole. ``week_date`` is the week's Monday."""

    reference = models.ForeignKey(DriftReference, on_delete=models.PROTECT, related_name="alarms")
    chart = models.CharField(max_length=160)
    week_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "chart", "week_date"], name="drift_alarm_once"
            ),
        ]
