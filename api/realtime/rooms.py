"""One room per meeting and process: what comes over the channel layer is fetched once for all the
sockets here, and what they send goes out in one batch per beat.

The database is the truth about what happened; the room asks it every second for what a lost
message would have told, and whether anybody's permissions have changed.
"""

import asyncio
import contextlib
import logging
from typing import Any, Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError

from api.realtime.lasting import again_and_again, ended
from api.realtime.membership import member_of
from portal.meetings.selectors import RoomState, room_state
from portal.meetings.services.acting import group_of_meeting
from portal.meetings.services.attending import keep_view

logger = logging.getLogger(__name__)
BEAT_S = 1 / 30  # what changed in between goes out together
WATCH_S = 1.0
LEADING = ("present", "hand_over", "take_chair")


class Member(Protocol):
    """A socket in the room."""

    def on_event(self, event: dict[str, Any]) -> None: ...
    def on_behind(self, sequence: int) -> None: ...
    async def on_permissions(self) -> None: ...
    def on_live(self, batch: dict[str, Any]) -> None: ...


class Room:
    def __init__(self, meeting_id: UUID) -> None:
        self.meeting_id = meeting_id
        self.members: set[Member] = set()
        self.presenter: UUID | None = None
        self._going: dict[str, Any] = {}
        self._unsaved: tuple[UUID, dict[str, Any]] | None = None
        self._known: RoomState | None = None
        self._unasked: set[Member] = set()  # whose permissions may have changed
        self._tasks: list[asyncio.Task[None]] = []
        self._channel = ""
        self._held = contextlib.AsyncExitStack()

    async def open(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        self._channel = await layer.new_channel()
        group = group_of_meeting(self.meeting_id)
        await self._held.enter_async_context(member_of(layer, group, self._channel))
        # a database that is away for a moment is asked again by the watch
        with contextlib.suppress(DatabaseError):
            await self.look()
        work = {"listening": self._listen, "sending": self._send_beat, "looking": self._watch}
        self._tasks = [
            asyncio.create_task(again_and_again(turn, f"a meeting's room: {what}"))
            for what, turn in work.items()
        ]

    async def close(self) -> None:
        await ended(self._tasks)
        await self._held.aclose()

    def lead(self, user_id: UUID, view: dict[str, Any]) -> None:
        """The presenter's view; anybody else's is dropped."""
        if user_id == self.presenter:
            self._going["view"] = view
            self._unsaved = (user_id, view)

    def point(self, user_id: UUID, pointer: dict[str, Any] | None) -> None:
        self._going.setdefault("pointers", {})[str(user_id)] = pointer

    def greet(self, member: Member) -> None:
        if self._known is not None:
            member.on_live({"here": list(self._known.here)})

    async def look(self) -> None:
        """Ask the database what is so now; tell the sockets what they don't know."""
        now = await database_sync_to_async(room_state)(self.meeting_id)
        before, self._known = self._known, now
        if now is None:
            return
        self.presenter = now.presenter
        if before is None or before.here != now.here:
            self._tell({"here": list(now.here)})
        if before is None or before.epoch != now.epoch:
            self._unasked = set(self.members)
        for member in list(self.members):
            await self._ask_permissions(member)
            member.on_behind(now.sequence)

    async def _ask_permissions(self, member: Member) -> None:
        """One whose answer fails is asked again at the next look, and keeps no other waiting."""
        if member not in self._unasked:
            return
        try:
            await member.on_permissions()
        except Exception as error:  # noqa: BLE001 - whatever it was, the next may succeed
            logger.warning("a permission in a room was not read: %s", type(error).__name__)
        else:
            self._unasked.discard(member)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        message = await layer.receive(self._channel)
        if message["type"] == "meeting.live":
            self._tell(message["batch"])
            return
        event = message["event"]
        if event["kind"] in LEADING:
            self.presenter = UUID(next(iter(event["details"].values())))
        for member in list(self.members):
            member.on_event(event)

    def _tell(self, batch: dict[str, Any]) -> None:
        for member in list(self.members):
            member.on_live(batch)

    async def _send_beat(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        await asyncio.sleep(BEAT_S)
        if self._going:
            batch, self._going = self._going, {}
            message = {"type": "meeting.live", "batch": batch}
            await layer.group_send(group_of_meeting(self.meeting_id), message)

    async def _watch(self) -> None:
        await asyncio.sleep(WATCH_S)
        await self.look()
        if self._unsaved is not None:
            (user_id, view), self._unsaved = self._unsaved, None
            await database_sync_to_async(keep_view)(
                meeting_id=self.meeting_id, user_id=user_id, view=view
            )


class _House:
    """The rooms of one event loop: a server has one, tests have several."""

    def __init__(self) -> None:
        self.rooms: dict[UUID, Room] = {}
        self.door = asyncio.Lock()


_houses: WeakKeyDictionary[asyncio.AbstractEventLoop, _House] = WeakKeyDictionary()


def _house() -> _House:
    return _houses.setdefault(asyncio.get_running_loop(), _House())


async def enter(meeting_id: UUID, member: Member) -> Room:
    house = _house()
    async with house.door:
        room = house.rooms.get(meeting_id)
        if room is None:
            room = Room(meeting_id)
            await room.open()
            house.rooms[meeting_id] = room
        room.members.add(member)
    room.greet(member)
    return room


async def leave(room: Room, member: Member) -> None:
    house = _house()
    async with house.door:
        room.members.discard(member)
        if not room.members:
            house.rooms.pop(room.meeting_id, None)
            await room.close()
