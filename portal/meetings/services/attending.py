"""Being in the room: joining is on record, signs of life aren't."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.meetings.models import Meeting, MeetingState, Participant
from portal.meetings.selectors import get_meeting, seat_of
from portal.meetings.services.acting import come_in, locked
from portal.meetings.services.pen import extend_pen


def join(*, by: User, meeting_id: UUID) -> Meeting:
    """Come into the room; the first time while the meeting runs is an event."""
    meeting = get_meeting(by, meeting_id)
    seat = seat_of(by, meeting)
    if meeting.state == MeetingState.LIVE and seat.joined_at is None:
        with transaction.atomic():
            come_in(by, locked(by, meeting_id))
    see(meeting_id=meeting_id, user_id=by.pk)
    return meeting


def see(*, meeting_id: UUID, user_id: UUID) -> None:
    """A sign of life."""
    Participant.objects.filter(meeting=meeting_id, user=user_id).update(seen_at=timezone.now())
    extend_pen(meeting_id, user_id)


def leave(*, meeting_id: UUID, user_id: UUID) -> None:
    Participant.objects.filter(meeting=meeting_id, user=user_id).update(seen_at=None)


def keep_view(*, meeting_id: UUID, user_id: UUID, view: dict[str, Any]) -> None:
    """The presenter's place, for who comes late; at most once a second from the room."""
    Meeting.objects.filter(pk=meeting_id, presenter=user_id, state=MeetingState.LIVE).update(
        view=view
    )
