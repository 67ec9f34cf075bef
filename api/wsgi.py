"""DICOMweb and downloads in team mode, behind one routing rule."""

import os
from collections.abc import Callable, Iterable
from http.client import responses
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()

from api.dicomweb import lean
from api.dicomweb.exchange import Reply

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """DICOMweb's GET requests by the fast path; everything else, and whoever isn't admitted
    there, by Django."""
    if environ["PATH_INFO"].startswith("/dicomweb/"):
        reply = lean.answer(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            environ.get("wsgi.url_scheme", "http"),
            lambda name: environ.get("HTTP_" + name.upper().replace("-", "_"), ""),
        )
        if reply is not None:
            return _send(reply, start_response)
    return _django(environ, start_response)


def _send(reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
    headers = list(reply.headers.items())
    if reply.media_type:
        headers.append(("Content-Type", reply.media_type))
    whole = isinstance(reply.body, bytes)
    if whole and reply.status not in (204, 304):
        headers.append(("Content-Length", str(len(reply.body))))  # type: ignore[arg-type]
    start_response(f"{reply.status} {responses[reply.status]}", headers)
    return [reply.body] if isinstance(reply.body, bytes) else reply.body
