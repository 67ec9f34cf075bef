import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.imaging.models import Stack
from portal.protocols.models import ProtocolVersion
from portal.reads.models.planning import AssignmentPlan
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
    TRAINING = "training"  # a reader's reading of a training case; it counts for nothing either


READ_BY_READERS = (ReadPurpose.READING, ReadPurpose.TRAINING)


def alias_of(read_id: UUID) -> str:
    """What a reader sees in place of the case's label: a pseudonym of the assignment, so that two
    readings of one case have nothing in common. Keyed, so that nobody computes it elsewhere."""
    key = settings.ACCORD_PSEUDONYM_KEY.encode()
    mac = hmac.new(key, b"read-alias:" + read_id.bytes, hashlib.sha256).digest()
    return f"R-{base64.b32encode(mac)[:6].decode()}"


class Read(Entity):
    """One reader's reading of one case under one protocol version, on one stack version.

    ``repeat`` counts a reader's readings of the case. A ``duplicate`` is a hidden second reading:
    it counts for nothing between readers and doesn't exist for its reader before
    ``available_at``, which is set when the first reading is submitted. ``position`` is its place
    in the reader's list. ``put_away``: once submitted it is closed to its reader, as second
    readings may follow.
    """

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
    plan = models.ForeignKey(
        AssignmentPlan, on_delete=models.PROTECT, null=True, related_name="reads"
    )
    position = models.PositiveIntegerField(default=0)
    duplicate = models.BooleanField(default=False)
    available_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)  # when the reader was told of it
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    put_away = models.BooleanField(default=False)
    ai_shown_at = models.DateTimeField(null=True)  # after the first opinion, where AI comes second

    @property
    def alias(self) -> str:
        return alias_of(self.pk)

    @property
    def sees_ai(self) -> bool:
        """Whether the AI's work may be in this read now."""
        return self.protocol_version.ai_visible or self.ai_shown_at is not None

    @property
    def assigned_at(self) -> datetime:
        """For the reader's eyes: a second reading looks like one assigned when it came up."""
        return self.available_at or self.created_at

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
                condition=~models.Q(duplicate=True)
                | models.Q(repeat__gte=1, purpose="reading", put_away=True),
                name="read_duplicate_is_hidden",
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
        indexes = [
            models.Index(fields=["case", "purpose", "state"], name="read_of_case"),
            models.Index(fields=["reader", "state", "position"], name="read_of_reader"),
        ]
