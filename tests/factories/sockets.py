"""A browser's socket against the ASGI application, without a server between."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from unittest import mock

from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from api.asgi import application

WAIT_S = 3.0
T = TypeVar("T")


def run(story: Callable[..., Awaitable[T]], *arguments: Any) -> T:
    """Run a coroutine on this thread's database connection, inside the test's transaction, which
    Channels would otherwise close between two messages."""
    with mock.patch("channels.db.close_old_connections", return_value=None):
        return async_to_sync(story)(*arguments)


class Socket:
    """``/ws/me/`` with the cookies of a client. Use it inside one coroutine."""

    def __init__(self, client: Client, origin: str = "http://localhost") -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        scope = {
            "type": "websocket",
            "path": "/ws/me/",
            "query_string": b"",
            "headers": [(b"cookie", cookies.encode()), (b"origin", origin.encode())],
            "subprotocols": [],
        }
        self._wire = ApplicationCommunicator(application, scope)

    async def open(self) -> int | None:
        """None when the socket stays open, else the code it was closed with."""
        await self._wire.send_input({"type": "websocket.connect"})
        answer = await self._wire.receive_output(WAIT_S)
        if answer["type"] == "websocket.close":
            return int(answer.get("code", 1000))
        return await self.closed_within(0.05)

    async def closed_within(self, seconds: float) -> int | None:
        """The code it is closed with, if it is closed by then."""
        if await self._wire.receive_nothing(timeout=seconds):
            return None
        answer = await self._wire.receive_output(WAIT_S)
        assert answer["type"] == "websocket.close", answer
        return int(answer["code"])

    async def messages(self) -> list[dict[str, Any]]:
        """Everything that has come by now; the answer to a ping is the last to arrive."""
        await self._wire.send_input({"type": "websocket.receive", "text": '{"type": "ping"}'})
        found: list[dict[str, Any]] = []
        while True:
            answer = await self._wire.receive_output(WAIT_S)
            assert answer["type"] == "websocket.send", answer
            message = json.loads(answer["text"])
            if message == {"type": "pong"}:
                return found
            found.append(message)

    async def close(self) -> None:
        await self._wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._wire.wait(WAIT_S)
