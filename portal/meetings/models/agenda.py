from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.meetings.models.meeting import Meeting


class ItemState(models.TextChoices):
    WAITING = "waiting"
    OPEN = "open"  # on the table; one at a time
    DONE = "done"


class VoteStage(models.TextChoices):
    NONE = "none"
    BLIND = "blind"  # nobody sees another's vote
    OPEN = "open"  # first votes lie open, everyone may vote again
    ENDED = "ended"


class AgendaItem(Entity):
    """One case of a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ItemState.choices, default=ItemState.WAITING)
    vote_stage = models.CharField(max_length=8, choices=VoteStage.choices, default=VoteStage.NONE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="agenda_case_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=models.Q(state="open"),
                name="agenda_one_item_on_the_table",
            ),
        ]
        ordering = ["position", "created_at"]


class Vote(Entity):
    """What somebody would decide. ``is_blind`` tells the first vote from the one after it."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meeting_votes"
    )
    is_blind = models.BooleanField()
    choice = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "user", "is_blind"], name="vote_once"),
        ]


class Decision(Entity):
    """What the meeting decided about a case. Saying it anew is a new number; the highest stands."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    choice = models.JSONField()
    text = models.TextField(max_length=4000, blank=True)
    dissent = models.TextField(max_length=4000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="decision_numbered"),
        ]
        ordering = ["number"]
