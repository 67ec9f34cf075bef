"""The service as an ASGI application: three addresses, JSON in and out."""

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ml_workers.errors import WorkerError
from ml_workers.serving.models import Models
from ml_workers.serving.refusals import Busy, FrameTooLarge, NoSuchAddress, Refused, WrongToken
from ml_workers.serving.request import CONTRACT, MOST_BODY_BYTES, FrameRequest, parse

if TYPE_CHECKING:
    from ml_workers.serving.frame import Segmenter

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
MOST_WAITING = 4  # frames at once; a person who waits longer is better told so
log = logging.getLogger(__name__)


class Service:
    """One frame at a time: two at once would be no faster on a CPU."""

    def __init__(self, token: str, warm: str = "") -> None:
        """``warm``: the model to have ready before the first request is taken."""
        self._token = token
        self._warm = warm
        self._models = Models()
        self._segmenter: Segmenter | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            status, body = await self._answer(scope, receive)
            await _respond(send, status, body)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any]]:
        try:
            return 200, await self._route(scope, receive)
        except Refused as refusal:
            return refusal.status, _error(refusal.code, str(refusal))
        except WorkerError as error:
            return 422, _error(error.code, str(error))
        except Exception:  # one frame's failure is an answer: the service goes on
            log.exception("A frame could not be segmented.")
            return 500, _error("internal_error", "The model service failed. Its log says why.")

    async def _route(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        method, path = scope["method"], scope["path"].rstrip("/")
        if (method, path) == ("GET", "/healthz"):
            return {"status": "ok", "contract": CONTRACT}
        self._check_token(scope)
        if (method, path) == ("POST", "/segment-frame"):
            request = parse(await _body(receive))
            answer: dict[str, Any] = await self._in_turn(lambda: self._segment(request))
            return answer
        if method == "PUT" and path.startswith("/models/"):
            data = await _body(receive)
            await self._in_turn(lambda: self._models.put(path.removeprefix("/models/"), data))
            return {}
        raise NoSuchAddress("Nothing is served at this address.")

    def _check_token(self, scope: Scope) -> None:
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            raise WrongToken("The worker token is wrong. Give both sides ACCORD_WORKER_TOKEN.")

    async def _in_turn(self, work: Callable[[], Any]) -> Any:
        if self._waiting >= MOST_WAITING:
            raise Busy("Other frames are waiting. Try again in a moment.")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1

    async def _live(self, receive: Receive, send: Send) -> None:
        """The server listens once it is told that startup is complete."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup" and self._warm:
                await asyncio.to_thread(self._warm_up)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    def _warm_up(self) -> None:
        """Load torch and the model, and draw once: the first run of a network is the slow one."""
        from ml_workers.registry import package_named
        from ml_workers.serving.frame import warm_frame

        began = time.monotonic()
        try:
            self._segment(warm_frame(package_named(self._warm).weights_sha256))
        except WorkerError as error:
            log.warning("Not warm: %s", error)
        else:
            log.info("Warm in %.1f s: %s", time.monotonic() - began, self._warm)

    def _segment(self, request: FrameRequest) -> dict[str, Any]:
        began = time.monotonic()
        if self._segmenter is None:
            from ml_workers.serving.frame import Segmenter  # torch, when first asked for

            self._segmenter = Segmenter()
        found = self._segmenter.segment(self._models.get(request.weights_sha256), request)
        return {
            "structures": found.structures,
            "share": found.share,
            "seconds": round(time.monotonic() - began, 4),
        }


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused("The connection was closed.")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MOST_BODY_BYTES:
            raise FrameTooLarge("The body is larger than any frame.")
        if not message.get("more_body"):
            return b"".join(chunks)


async def _respond(send: Send, status: int, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(data)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
