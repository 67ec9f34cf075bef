from django.conf import settings
from django.db import models

from portal.core.models import Entity
from portal.projects.models import Project


class MeetingState(models.TextChoices):
    PLANNED = "planned"
    LIVE = "live"
    CLOSED = "closed"


class Meeting(Entity):
    """One consensus meeting. ``sequence`` is the number of its last event; every change of the
    meeting locks this row first, so that the numbers have no gap.

    ``view`` is where the presenter was last, kept so that who comes late sees the same.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=120)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meetings_chaired"
    )
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    planned_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=8, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    is_blinded = models.BooleanField(default=True)  # the first vote
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)
    view = models.JSONField(default=dict)
    pen_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    pen_until = models.DateTimeField(null=True)
    op_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["op_id"], name="meeting_once_per_op"),
            models.CheckConstraint(
                condition=models.Q(state__in=MeetingState.values), name="meeting_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(pen_holder__isnull=True, pen_until__isnull=True)
                | models.Q(pen_holder__isnull=False, pen_until__isnull=False),
                name="meeting_pen_with_lease",
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="meeting_by_state")]


class Participant(Entity):
    """Somebody invited, the chair among them. ``seen_at`` is their last sign of life in the room;
    who never joined is on record as absent."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meeting_seats"
    )
    joined_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="participant_once"),
        ]
