from portal.meetings.models.agenda import AgendaItem, Decision, ItemState, Vote, VoteStage
from portal.meetings.models.event import MeetingEvent, Minutes
from portal.meetings.models.meeting import Meeting, MeetingState, Participant
from portal.meetings.models.presence import Presence

__all__ = [
    "AgendaItem",
    "Decision",
    "ItemState",
    "Meeting",
    "MeetingEvent",
    "MeetingState",
    "Minutes",
    "Participant",
    "Presence",
    "Vote",
    "VoteStage",
]
