"""The fast path under ASGI: handlers block, so they run in threads of their own, with database
connections of their own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.dicomweb import lean
from api.dicomweb.exchange import Reply

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
Application = Callable[..., Awaitable[None]]
THREADS = 4


class LeanDicomweb:
    """DICOMweb's GET requests by the fast path; everything else by ``application``."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="dicomweb")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/dicomweb/") and scope["method"] == "GET":
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self._threads, _answer, scope)
            if reply is not None:
                await self._send(reply, send)
                return
        await self._application(scope, receive, send)

    async def _send(self, reply: Reply, send: Send) -> None:
        headers = list(reply.headers.items())
        if reply.media_type:
            headers.append(("Content-Type", reply.media_type))
        whole = reply.body if isinstance(reply.body, bytes) else None
        if whole is not None and reply.status not in (204, 304):
            headers.append(("Content-Length", str(len(whole))))
        encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
        if whole is not None:
            await send({"type": "http.response.body", "body": whole})
            return
        loop, pieces = asyncio.get_running_loop(), iter(_iterable(reply))
        while (piece := await loop.run_in_executor(self._threads, _next, pieces)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _iterable(reply: Reply) -> Iterable[bytes]:
    assert not isinstance(reply.body, bytes)
    return reply.body


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def _answer(scope: Scope) -> Reply | None:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        # a list header may come in several lines; of cookies that is the rule in HTTP/2
        joint = "; " if key == "cookie" else ", "
        headers[key] = f"{headers[key]}{joint}{text}" if key in headers else text
    return lean.answer(
        scope["method"],
        scope["path"],
        scope.get("query_string", b"").decode("latin-1"),
        scope.get("scheme", "http"),
        lambda name: headers.get(name, ""),
    )
