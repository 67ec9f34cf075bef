"""The two entry points as clients: what granian and uvicorn call, fast path included."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client, RequestFactory

from api import asgi, wsgi


class WsgiClient:
    """Asks ``api.wsgi.application`` with another client's cookies and headers."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def environ(self, path: str, **headers: str) -> dict[str, Any]:
        factory = RequestFactory()
        factory.cookies = self._client.cookies
        named = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()}
        environ = factory._base_environ(**{**self._client.defaults, **named})
        url = urlsplit(path)
        found = {"PATH_INFO": url.path, "QUERY_STRING": url.query, "REQUEST_METHOD": "GET"}
        return {**environ, "HTTP_HOST": "localhost", **found}

    def get(self, path: str, **headers: str) -> HttpResponse:
        seen: dict[str, Any] = {}

        def start(status: str, fields: list[tuple[str, str]]) -> None:
            seen["status"], seen["fields"] = int(status.split()[0]), fields

        # as Django's own client does: a request would close the connection of the test
        request_started.disconnect(close_old_connections)
        try:
            body = b"".join(wsgi.application(self.environ(path, **headers), start))
        finally:
            request_started.connect(close_old_connections)
        answer = HttpResponse(body, status=seen["status"])
        for name, value in seen["fields"]:
            answer.headers[name] = value
        return answer


class AsgiClient:
    """Asks the fast path under ASGI; an answer of None says that Django would be asked."""

    def __init__(self, client: Client) -> None:
        self._wsgi = WsgiClient(client)

    def get(self, path: str) -> tuple[int, bytes] | None:
        environ = self._wsgi.environ(path)
        headers = [
            (k[5:].lower().replace("_", "-").encode(), str(v).encode("latin-1"))
            for k, v in environ.items()
            if k.startswith("HTTP_")
        ]
        scope = {
            "type": "http",
            "method": "GET",
            "path": environ["PATH_INFO"],
            "query_string": environ["QUERY_STRING"].encode(),
            "scheme": "http",
            "headers": headers,
        }
        return asyncio.run(_asked(scope))


async def _asked(scope: dict[str, Any]) -> tuple[int, bytes] | None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def ordinary(*_: Any) -> None:
        return None

    await asgi.LeanDicomweb(ordinary)(scope, receive, send)
    if not sent:
        return None
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
