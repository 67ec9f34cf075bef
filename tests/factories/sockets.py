"""A browser's socket against the ASGI application, without a server between."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from unittest import mock

from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from api.asgi import application

WAIT_S = 15.0  # nothing that passes waits for it: machines that test are busy
T = TypeVar("T")


def run(story: Callable[..., Awaitable[T]], *arguments: Any) -> T:
    """Run a coroutine on this thread's database connection, inside the test's transaction, which
    Channels would otherwise close between two messages."""
    with mock.patch("channels.db.close_old_connections", return_value=None):
        return async_to_sync(story)(*arguments)


class Socket:
    """``/ws/me/``, or another, with the cookies of a client. Use it inside one coroutine."""

    def __init__(
        self, client: Client, origin: str = "http://localhost", path: str = "/ws/me/"
    ) -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        scope = {
            "type": "websocket",
            "path": path,
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

    async def refusal(self) -> int | None:
        """The code that an opened socket is closed with, however busy the machine; None where it
        is spoken to, or left alone."""
        await self._wire.send_input({"type": "websocket.connect"})
        answer = await self._wire.receive_output(WAIT_S)
        if answer["type"] == "websocket.close":
            return int(answer.get("code", 1000))
        return await self.refused_within(WAIT_S)

    async def closed_within(self, seconds: float) -> int | None:
        """The code it is closed with, if it is closed by then."""
        if await self._wire.receive_nothing(timeout=seconds):
            return None
        answer = await self._wire.receive_output(WAIT_S)
        assert answer["type"] == "websocket.close", answer
        return int(answer["code"])

    async def refused_within(self, seconds: float) -> int | None:
        """The code it is closed with by then; None as soon as it is spoken to instead."""
        if await self._wire.receive_nothing(timeout=seconds):
            return None
        answer = await self._wire.receive_output(WAIT_S)
        return int(answer["code"]) if answer["type"] == "websocket.close" else None

    async def nothing_within(self, seconds: float) -> bool:
        found: bool = await self._wire.receive_nothing(timeout=seconds)
        return found

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

    async def send_frame(self, **frame: Any) -> None:
        """A frame as it comes, with ``text`` or ``bytes``."""
        await self._wire.send_input({"type": "websocket.receive", **frame})

    async def say(self, message: dict[str, Any]) -> None:
        await self._wire.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def next(self, seconds: float = WAIT_S) -> dict[str, Any]:
        """The next message; fails where the socket is closed instead."""
        answer = await self.answer(seconds)
        assert answer["type"] == "websocket.send", answer
        message: dict[str, Any] = json.loads(answer["text"])
        if message["type"] == "live":  # as a browser that keeps up
            await self.say({"type": "ack", "n": message["n"]})
        return message

    async def answer(self, seconds: float = WAIT_S) -> dict[str, Any]:
        """Whatever the application does next, closing included."""
        found: dict[str, Any] = await self._wire.receive_output(seconds)
        return found

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """All messages up to the first that is wanted."""
        found = [await self.next()]
        while not wanted(found[-1]):
            found.append(await self.next())
        return found

    async def close(self) -> None:
        await self._wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._wire.wait(WAIT_S)
