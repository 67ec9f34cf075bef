"""One socket per signed-in person; it only ever carries what was addressed to them."""

import contextlib
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from api.realtime.membership import member_of
from portal.accounts.selectors import sign_in_of
from portal.core.events import group_of

NOT_SIGNED_IN = 4401


class JsonConsumer(AsyncJsonWebsocketConsumer):
    """What isn't JSON is ignored: an error would end the socket without its ``disconnect``."""

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        try:
            content = await self.decode_json(text_data or "")
        except (ValueError, RecursionError):
            return
        await self.receive_json(content, **kwargs)


class MyConsumer(JsonConsumer):
    """``/ws/me/``: joins the person's own group and forwards its messages, until they sign out."""

    async def connect(self) -> None:
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not user.is_active:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.groups_held = contextlib.AsyncExitStack()
        own = member_of(self.channel_layer, group_of(user.pk), self.channel_name)
        await self.groups_held.enter_async_context(own)
        # asked after joining: a sign-out before this is seen here, one after it is told
        session_key = self.scope["session"].session_key
        stands, self.sign_in = await database_sync_to_async(sign_in_of)(user, session_key)
        if not stands:
            await self.close(code=NOT_SIGNED_IN)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "groups_held"):
            await self.groups_held.aclose()

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing is asked over the socket; a ping is answered so that browsers can tell."""
        if isinstance(content, dict) and content.get("type") == "ping":
            await self.send_json({"type": "pong"})

    async def portal_message(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])

    async def portal_ended(self, event: dict[str, Any]) -> None:
        """Some sign-in of the person is over; this socket closes unless it belongs to another."""
        if self.sign_in is None or str(self.sign_in) in event["sign_ins"]:
            await self.close(code=NOT_SIGNED_IN)
