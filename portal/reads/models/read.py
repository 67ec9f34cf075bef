from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.imaging.models import Stack
from portal.protocols.models import ProtocolVersion
from portal.reads.models.reader import Reader


class ReadState(models.TextChoices):
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class ReadPurpose(models.TextChoices):
    READING = "reading"  # counts towards the protocol's reads per case
    DRAFT = "draft"  # a model's own read
    ADJUDICATION = "adjudication"  # the adjudicator's editable copy
    IMPORTED = "imported"  # annotations made elsewhere; like a draft, it counts for nothing


class Read(Entity):
    """One reader's reading of one case under one protocol version, on one stack version."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reads")
    protocol_version = models.ForeignKey(
        ProtocolVersion, on_delete=models.PROTECT, related_name="reads"
    )
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="reads")
    repeat = models.PositiveIntegerField(default=0)
    purpose = models.CharField(
        max_length=12, choices=ReadPurpose.choices, default=ReadPurpose.READING
    )
    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, related_name="reads")
    state = models.CharField(
        max_length=12, choices=ReadState.choices, default=ReadState.ASSIGNED, db_index=True
    )
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_digest = models.CharField(max_length=64, blank=True)
    submit_op_id = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    draft_source = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="copies"
    )  # the AI read whose revisions were copied in

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "protocol_version", "reader", "repeat", "purpose"],
                name="read_once_per_repeat",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ReadState.values), name="read_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | models.Q(submitted_at__isnull=False),
                name="read_submitted_at_set",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawal_reason="")),
                name="read_withdrawn_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["case", "purpose", "state"], name="read_of_case")]
