from django.conf import settings
from django.db import models

from portal.core.models import Entity
from portal.meetings.models.agenda import AgendaItem
from portal.meetings.models.meeting import Meeting


class MeetingEvent(Entity):
    """What happened, in an order without gaps. This is the truth; sockets only carry it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, null=True, related_name="events")
    data = models.JSONField(default=dict)
    op_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "sequence"], name="event_numbered"),
            models.UniqueConstraint(fields=["meeting", "by", "op_id"], name="event_once_per_op"),
        ]


class Minutes(Entity):
    """A version of the minutes; the highest stands, the others stay."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="minutes")
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=20000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="minutes_numbered"),
        ]
