"""Everything that is done in a meeting goes through ``act``: once per operation id, numbered
without gaps, with its audit row, and told to the room after the commit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput, NotFound
from portal.core.events import publish_to_group
from portal.meetings.errors import NothingOnTheTable, NotLive, NotTheChair
from portal.meetings.models import AgendaItem, Meeting, MeetingEvent, MeetingState, Participant
from portal.meetings.selectors import item_on_table, sees_item, visible_meetings
from portal.projects.services.epoch import bump_permission_epoch

MAX_OP_ID = 64


@dataclass
class Deed:
    """What somebody does; the meeting's row is locked. A handler fills ``told``: what everybody in
    the room gets to know of it, and ``item``: which case it is about."""

    by: User
    meeting: Meeting
    data: dict[str, Any]
    told: dict[str, Any] = field(default_factory=dict)
    item: AgendaItem | None = None

    def require_chair(self) -> None:
        if self.meeting.chair_id != self.by.pk:
            raise NotTheChair()

    def require_live(self) -> None:
        if self.meeting.state != MeetingState.LIVE:
            raise NotLive()

    def on_table(self) -> AgendaItem:
        """The case on the table, when the person may hear of it."""
        self.require_live()
        item = item_on_table(self.meeting)
        if item is None or not sees_item(self.by, item):
            raise NothingOnTheTable()
        self.item = item
        return item

    def text(self, name: str, *, most: int, needed: bool = True) -> str:
        value = self.data.get(name, "")
        if not isinstance(value, str) or "\x00" in value or len(value) > most:
            raise InvalidInput(None, **{name: [f"Write at most {most} characters."]})
        if needed and not value.strip():
            raise InvalidInput(None, **{name: ["Write something."]})
        return value.strip()

    def person(self, name: str) -> User:
        """Somebody who is invited."""
        wanted = self.data.get(name)
        rows = self.meeting.participants.select_related("user")
        for seat in rows:
            if str(seat.user_id) == str(wanted):
                return seat.user
        raise InvalidInput(None, **{name: ["Name somebody who is invited."]})

    def reopen_access(self) -> None:
        """What lies open to whom has changed."""
        bump_permission_epoch(self.meeting.project_id)


Handler = Callable[[Deed], None]


def act(
    *, by: User, meeting_id: UUID, kind: str, op_id: str, details: dict[str, Any]
) -> MeetingEvent:
    """Do one thing; a repeated ``op_id`` is answered with what it did before."""
    from portal.meetings.services.deeds import DEEDS

    handler = DEEDS.get(kind)
    if handler is None:
        raise InvalidInput(kind=[f"One of {', '.join(DEEDS)}."])
    if not op_id or len(op_id) > MAX_OP_ID:
        raise InvalidInput(op_id=["Give an operation id of up to 64 characters."])
    with transaction.atomic():
        meeting = locked(by, meeting_id)
        before = done_before(by, meeting, op_id)
        if before is not None:
            return before
        deed = Deed(by=by, meeting=meeting, data=details)
        handler(deed)
        if deed.item is not None:  # who acts on what lies on the table is in the room
            come_in(by, meeting)
        return log(deed, kind=kind, op_id=op_id)


def done_before(by: User, meeting: Meeting, op_id: str) -> MeetingEvent | None:
    """What this person did under that operation id already. The meeting's row is held."""
    rows = MeetingEvent.objects.filter(meeting=meeting, by=by, op_id=op_id)
    return rows.select_related("by").first()


def locked(by: User, meeting_id: UUID) -> Meeting:
    """The meeting's row, held; NotFound for who isn't invited."""
    if not visible_meetings(by).filter(pk=meeting_id).exists():
        raise NotFound()
    return (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project", "chair", "presenter", "pen_holder")
        .get(pk=meeting_id)
    )


def come_in(by: User, meeting: Meeting) -> None:
    """Into the room of a running meeting, by whatever way: the first time is an event. The
    meeting's row is held."""
    now = timezone.now()
    seat = Participant.objects.filter(meeting=meeting, user=by, joined_at__isnull=True)
    if seat.update(joined_at=now, seen_at=now):
        deed = Deed(by=by, meeting=meeting, data={}, told={"user": str(by.pk)})
        log(deed, kind="joined", op_id=f"join-{by.pk}")


def log(deed: Deed, *, kind: str, op_id: str) -> MeetingEvent:
    """The event, its audit row (never words or votes), and the news."""
    meeting = deed.meeting
    meeting.sequence += 1
    meeting.save(update_fields=["sequence"])
    event = MeetingEvent.objects.create(
        meeting=meeting,
        sequence=meeting.sequence,
        kind=kind,
        by=deed.by,
        item=deed.item,
        data=deed.told,
        op_id=op_id,
        created_at=timezone.now(),
    )
    details: dict[str, Any] = {"sequence": event.sequence}
    if deed.item is not None:
        details["case"] = str(deed.item.case_id)
    record_in_project(
        project_id=meeting.project_id,
        by=deed.by,
        action=f"meeting.{kind}",
        target_type="meeting",
        target_id=meeting.pk,
        details=details,
    )
    publish_to_group(
        group=group_of_meeting(meeting.pk),
        message={"type": "meeting.event", "event": wire(event)},
    )
    return event


def wire(event: MeetingEvent) -> dict[str, Any]:
    """An event as JSON."""
    return {
        "sequence": event.sequence,
        "kind": event.kind,
        "at": event.created_at.isoformat(),
        "by": {"id": str(event.by_id), "name": event.by.display_name},
        "item_id": str(event.item_id) if event.item_id else None,
        "details": event.data,
    }


def group_of_meeting(meeting_id: UUID | str) -> str:
    return f"meeting.{meeting_id}"
