"""One room per meeting and process: what comes over the channel layer is fetched once for all the
sockets here, and what they send goes out in one batch per beat.

The database is the truth about what happened; the room asks it every second for what a lost
message would have told, and whether anybody's permissions have changed.
"""

import asyncio
import contextlib
from typing import Any, Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from api.realtime.membership import member_of
from portal.meetings.selectors import RoomState, room_state
from portal.meetings.services.acting import group_of_meeting
from portal.meetings.services.attending import keep_view

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
        self._tasks: list[asyncio.Task[None]] = []
        self._channel = ""
        self._held = contextlib.AsyncExitStack()

    async def open(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        self._channel = await layer.new_channel()
        group = group_of_meeting(self.meeting_id)
        await self._held.enter_async_context(member_of(layer, group, self._channel))
        await self.look()
        work = (self._listen(), self._send_beats(), self._watch())
        self._tasks = [asyncio.create_task(each) for each in work]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
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
        for member in list(self.members):
            if before is not None and before.epoch != now.epoch:
                await member.on_permissions()
            member.on_behind(now.sequence)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        while True:
            message = await layer.receive(self._channel)
            if message["type"] == "meeting.live":
                self._tell(message["batch"])
                continue
            event = message["event"]
            if event["kind"] in LEADING:
                self.presenter = UUID(next(iter(event["details"].values())))
            for member in list(self.members):
                member.on_event(event)

    def _tell(self, batch: dict[str, Any]) -> None:
        for member in list(self.members):
            member.on_live(batch)

    async def _send_beats(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        group = group_of_meeting(self.meeting_id)
        while True:
            await asyncio.sleep(BEAT_S)
            if self._going:
                batch, self._going = self._going, {}
                await layer.group_send(group, {"type": "meeting.live", "batch": batch})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            with contextlib.suppress(OSError):  # a database that is away for a moment
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
