"""``/ws/meetings/<id>/``: a meeting's room, for those who are invited."""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from api.realtime import rooms
from api.realtime.consumers import NOT_SIGNED_IN, JsonConsumer
from api.realtime.lasting import again_and_again, ended
from api.realtime.membership import member_of
from api.realtime.outbox import MAX_EVENTS, Outbox
from portal.accounts.models import User
from portal.accounts.selectors import sign_in_of
from portal.core.errors import DomainError
from portal.core.events import group_of
from portal.meetings.places import checked_pointer, checked_view
from portal.meetings.selectors import events_since, get_meeting
from portal.meetings.services import attending
from portal.meetings.services.acting import wire

NOT_FOUND = 4404
ALIVE_S = 10.0
UNKNOWN = 10**9  # more events than any meeting has


class MeetingConsumer(JsonConsumer):
    """Sends what happened since the browser's last event, then all that happens; carries views
    and pointers. What lasts is done over REST."""

    user: User
    room: rooms.Room | None = None

    async def connect(self) -> None:
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not user.is_active:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.user = user
        # nothing is sent before the browser has said hello
        self.sent = self.wanted = UNKNOWN
        self.fetching, self.greeted = False, False
        self.meeting_id: UUID = self.scope["url_route"]["kwargs"]["meeting_id"]
        self.groups_held = contextlib.AsyncExitStack()
        own = member_of(self.channel_layer, group_of(user.pk), self.channel_name)
        await self.groups_held.enter_async_context(own)
        stands, self.sign_in = await self._sign_in()
        if not stands:
            await self.close(code=NOT_SIGNED_IN)
            return
        try:
            await self._join()
        except DomainError:
            await self.close(code=NOT_FOUND)
            return
        self.outbox = Outbox()
        self.room = await rooms.enter(self.meeting_id, self)
        self.tasks = [
            asyncio.create_task(again_and_again(self._pump, "a meeting's socket: sending")),
            asyncio.create_task(again_and_again(self._stay_alive, "a meeting's socket: staying")),
        ]

    async def disconnect(self, code: int) -> None:
        await ended(getattr(self, "tasks", []))
        try:
            await self._leave()
        finally:
            if hasattr(self, "groups_held"):
                await self.groups_held.aclose()

    async def _leave(self) -> None:
        if self.room is None:
            return
        self.room.point(self.user.pk, None)
        room, self.room = self.room, None
        elsewhere = any(getattr(m, "user", None) == self.user for m in room.members if m != self)
        try:
            await rooms.leave(room, self)
        finally:
            if not elsewhere:
                leaving = database_sync_to_async(attending.leave)
                await leaving(meeting_id=self.meeting_id, user_id=self.user.pk)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if not isinstance(content, dict) or self.room is None:
            return
        match content.get("type"):
            case "ping":
                await self.send_json({"type": "pong"})
            case "hello":
                self._hello(content.get("since"))
            case "ack":
                self.outbox.acknowledge(content.get("n"))
            case "view" | "pointer" as kind:
                with contextlib.suppress(DomainError):  # what isn't a place is shown to nobody
                    self._carry(kind, content.get("at"))

    def _carry(self, kind: str, at: Any) -> None:
        assert self.room is not None
        if kind == "view":
            self.room.lead(self.user.pk, checked_view(at))
        else:
            self.room.point(self.user.pk, checked_pointer(at))

    def _hello(self, since: Any) -> None:
        """The browser says which event it has last."""
        usable = isinstance(since, int) and not isinstance(since, bool) and 0 <= since < UNKNOWN
        self.sent = since if usable else 0
        self.wanted, self.greeted = self.sent + 1, False
        self.outbox.wake()

    # ---- what the room tells

    def on_event(self, event: dict[str, Any]) -> None:
        """The next one is passed on; where one is missing, all are fetched from the database."""
        self.on_behind(event["sequence"])
        if event["sequence"] == self.sent + 1 and not self.fetching and not self.outbox.full:
            self._pass_on(event)

    def on_behind(self, sequence: int) -> None:
        if sequence > self.wanted:
            self.wanted = sequence
            self.outbox.wake()

    async def on_permissions(self) -> None:
        stands, _ = await self._sign_in()  # an account that was closed
        if not stands:
            await self.close(code=NOT_SIGNED_IN)
            return
        try:
            await self._join()
        except DomainError:
            await self.close(code=NOT_FOUND)

    def on_live(self, batch: dict[str, Any]) -> None:
        self.outbox.put_live(batch)

    # ---- what the person's own group tells

    async def portal_message(self, event: dict[str, Any]) -> None:
        """Said to ``/ws/me/``."""

    async def portal_ended(self, event: dict[str, Any]) -> None:
        if self.sign_in is None or str(self.sign_in) in event["sign_ins"]:
            await self.close(code=NOT_SIGNED_IN)

    # ----

    async def _sign_in(self) -> tuple[bool, UUID | None]:
        key = self.scope["session"].session_key
        return await database_sync_to_async(sign_in_of)(self.user, key)

    async def _join(self) -> None:
        await database_sync_to_async(attending.join)(by=self.user, meeting_id=self.meeting_id)

    def _pass_on(self, event: dict[str, Any]) -> None:
        self.sent = event["sequence"]
        self.outbox.put_event({"type": "event", "event": event})

    async def _catch_up(self) -> None:
        """Fetch what the browser lacks, as far as there is room for it."""
        wanted, self.fetching = self.wanted, True
        try:
            found = await database_sync_to_async(self._missing)()
        except DomainError:
            found = []  # no longer invited: ``on_permissions`` closes
        finally:
            self.fetching = False
        for event in found:
            self._pass_on(event)
        if len(found) == MAX_EVENTS:
            self.wanted = max(self.wanted, self.sent + 1)  # there may be more
        elif not found and wanted == self.wanted:
            self.wanted = self.sent
        if self.wanted <= self.sent and not self.greeted:
            self.greeted = True
            self.outbox.put_event({"type": "ready", "sequence": self.sent})

    def _missing(self) -> list[dict[str, Any]]:
        meeting = get_meeting(self.user, self.meeting_id)
        return [wire(row) for row in events_since(self.user, meeting, self.sent, most=MAX_EVENTS)]

    async def _pump(self) -> None:
        """Sends one thing after the other; a browser that takes them slowly holds up itself."""
        await self.outbox.wait()
        for message in self.outbox.next_events():
            await self.send_json(message)
        if self.wanted > self.sent:
            self.outbox.wake()  # before: a fetch that fails is tried again
            await self._catch_up()
        live = self.outbox.next_live() if self.greeted else None
        if live is not None:
            await self.send_json(live)

    async def _stay_alive(self) -> None:
        await asyncio.sleep(ALIVE_S)
        alive = database_sync_to_async(attending.see)
        await alive(meeting_id=self.meeting_id, user_id=self.user.pk)
