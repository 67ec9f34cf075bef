"""The pen: while a case is on the table, who holds it is the only one to change its reference.

It is lent for a while and renewed by the holder's signs of life, so that a lost connection gives
it back. Whoever takes it settles the case: their edits go through the saves of their own
adjudication read, as at the desk.
"""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.selectors import current_adjudication_of
from portal.adjudication.services.settling import start_adjudication
from portal.core.errors import NotFound
from portal.core.events import publish_to_group
from portal.meetings.errors import NotTheChair, PenNeeded, PenTaken
from portal.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from portal.meetings.services.acting import Deed, group_of_meeting
from portal.reads.models import Read, ReadPurpose

LEASE = timedelta(seconds=40)


def take_pen(deed: Deed) -> None:
    """Take it when it is free. The case's adjudication is begun by who takes the pen first; after
    that it is theirs alone (``AdjudicationTaken`` for others)."""
    item = deed.on_table()
    meeting, now = deed.meeting, timezone.now()
    held_by_other = meeting.pen_holder_id not in (None, deed.by.pk)
    if held_by_other and meeting.pen_until is not None and meeting.pen_until > now:
        raise PenTaken()
    adjudication = current_adjudication_of(item.case)
    if adjudication is None:
        raise NotFound()
    read = start_adjudication(by=deed.by, adjudication=adjudication)
    meeting.pen_holder, meeting.pen_until = deed.by, now + LEASE
    meeting.save(update_fields=["pen_holder", "pen_until"])
    deed.told = {"holder": str(deed.by.pk), "read_id": str(read.pk)}


def release_pen(deed: Deed) -> None:
    """The holder lays it down, or the chair takes it away."""
    deed.require_live()
    if deed.by.pk not in (deed.meeting.pen_holder_id, deed.meeting.chair_id):
        raise NotTheChair("Only who holds the pen, or the chair, lays it down.")
    deed.meeting.pen_holder = deed.meeting.pen_until = None
    deed.meeting.save(update_fields=["pen_holder", "pen_until"])
    deed.told = {"holder": None}


def extend_pen(meeting_id: UUID, user_id: UUID) -> None:
    """A sign of life of the holder; one whose lease is over has to take it again."""
    now = timezone.now()
    Meeting.objects.filter(pk=meeting_id, pen_holder=user_id, pen_until__gt=now).update(
        pen_until=now + LEASE
    )


def require_pen(user: User, read: Read) -> None:
    """Before a save: the reference of a case on a table is changed with the pen alone. The room
    hears that it changed."""
    if read.purpose != ReadPurpose.ADJUDICATION:
        return
    item = (
        AgendaItem.objects.filter(
            case_id=read.case_id, state=ItemState.OPEN, meeting__state=MeetingState.LIVE
        )
        .select_related("meeting")
        .first()
    )
    if item is None:
        return
    until = item.meeting.pen_until
    if item.meeting.pen_holder_id != user.pk or until is None or until < timezone.now():
        raise PenNeeded()
    publish_to_group(
        group=group_of_meeting(item.meeting_id),
        message={"type": "meeting.live", "batch": {"reference": str(item.pk)}},
    )
